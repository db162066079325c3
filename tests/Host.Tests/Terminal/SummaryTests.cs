using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;
using MoE.Host.Terminal;
using Xunit;

namespace MoE.Host.Tests.Terminal;

public sealed class SummaryTests
{
    private static readonly Member Fern = new(0, "fern-5", new("fern-5", ExpertRole.Shared, "fern depth=5"));

    private static readonly RunResult Result = new("día.csv",
        new Scores(45312, 3, 2, 93.140001, 91.2, 85.92, double.NaN, 0.17123456789),
        [
            new(Fern with { Mode = ExpertMode.Frozen }, new ExpertScore("fern-5", 88.5, 100) { WeightShare = 12.5 }, "cpu"),
            new(new(1, "bank-1", new("bank-1", ExpertRole.Routed, "mlp")), new ExpertScore("bank-1", 91.25, 24.999999), "cpu"),
        ], 7, "0123456789abcdef", 45312, TimeSpan.FromSeconds(2));

    [Fact]
    public void Json_is_one_object_of_rounded_numbers() =>
        Assert.Equal(
            string.Concat(
                """{"source":"día.csv","rows":45312,"refused":3,"duplicates":7,"classes":2,"accuracy":93.14,""",
                """ "kappa":85.92,"kappaTemporal":null,"logLoss":0.171235,"seconds":2,"rowsPerSecond":22656,""",
                """ "load":{"entropy":100,"dead":0},"fingerprint":"0123456789abcdef","experts":[""",
                """{"id":"fern-5","kind":"fern","role":"shared","mode":"frozen","accuracy":88.5,"share":100,"weight":12.5,"device":"cpu"},""",
                """{"id":"bank-1","kind":"mlp","role":"routed","mode":"learning","accuracy":91.25,"share":25,"weight":0,"device":"cpu"}],"changes":[],"drifts":[]}""")
                .Replace(" ", "", StringComparison.Ordinal),
            JsonSummary.Write(Result));

    [Fact]
    public void Text_says_the_same_in_lines_and_a_table() =>
        Assert.Equal(
            [
                "día.csv: 45,312 rows learned, 3 refused, 2 classes; 7 more were duplicates",
                "",
                "accuracy            93.14 %",
                "kappa               85.92 %",
                "kappa temporal        NaN %",
                "log loss           0.1712 nats",
                "speed              22,656 rows/s (45,312 rows in 2.00 s)",
                "load               100.00 % of even (0 of 1 routed experts dead)",
                "fingerprint     0123456789abcdef",
                "",
                "expert  kind  role    mode      accuracy     share   weight",
                "fern-5  fern  shared  frozen     88.50 %  100.00 %  12.50 %",
                "bank-1  mlp   routed  learning   91.25 %   25.00 %   0.00 %",
            ], Summary.Write(Result));

    [Fact]
    public void A_run_of_an_instant_has_no_speed()
    {
        var instant = Result with { Elapsed = TimeSpan.FromMicroseconds(500) };
        Assert.Contains("speed                   - rows/s (45,312 rows in 0.00 s)", Summary.Write(instant));
        Assert.Contains("\"rowsPerSecond\":null,", JsonSummary.Write(instant), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_names_the_devices_where_there_is_one() =>
        Assert.Equal(
            [
                "expert  kind  role    mode      accuracy     share   weight  device",
                "fern-5  fern  shared  frozen     88.50 %  100.00 %  12.50 %  cuda:0",
                "bank-1  mlp   routed  learning   91.25 %   25.00 %   0.00 %  cpu",
            ], Summary.Write(Result with
            {
                Experts = [Result.Experts[0] with { Device = "cuda:0" }, Result.Experts[1]],
            }).TakeLast(3));

    [Fact]
    public void The_changes_of_the_pool_are_listed_with_their_places_and_reasons()
    {
        var copy = new Member(24, "fern-5.24", new("fern-5-24", ExpertRole.Routed, "fern depth=5")) { Parent = 0 };
        var changed = Result with
        {
            Changes =
            [
                new(25_000, new RosterChange(392, RosterAction.Added, copy, "more of it"), "fern-5"),
                new(45_000, new RosterChange(705, RosterAction.Frozen, Fern, "it is good"), null),
            ],
            Drifts = [(44_000, "it fell")],
        };
        Assert.Equal(
            [
                "",
                $"after row  batch  {"change",-54}  why",
                "   25,000    392  added fern-5-24 (routed, fern depth=5, copy of fern-5)  more of it",
                $"   45,000    705  {"frozen fern-5",-54}  it is good",
                "",
                "row 44,000: it fell",
            ], Summary.Write(changed).TakeLast(6));
        Assert.EndsWith(
            """
            "changes":[{"row":25000,"batch":392,"action":"added","id":"fern-5-24","role":"routed",
            "definition":"fern depth=5","mode":"learning","copyOf":"fern-5","reason":"more of it"},
            {"row":45000,"batch":705,"action":"frozen","id":"fern-5","role":"shared",
            "definition":"fern depth=5","mode":"learning","copyOf":null,"reason":"it is good"}],"drifts":[{"row":44000,"text":"it fell"}]}
            """.Replace("\n", "", StringComparison.Ordinal), JsonSummary.Write(changed), StringComparison.Ordinal);
    }

    [Fact]
    public void No_time_is_no_speed() =>
        Assert.Equal(0, (Result with { Elapsed = TimeSpan.Zero }).RowsPerSecond);
}
