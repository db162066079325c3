using MoE.Compute.Evaluation;
using MoE.Compute.Experts;
using MoE.Host.Terminal;
using Xunit;

namespace MoE.Host.Tests.Terminal;

public sealed class SummaryTests
{
    private static readonly RunResult Result = new("día.csv",
        new Scores(45312, 3, 2, 93.140001, 91.2, 85.92, double.NaN, 0.17123456789),
        [
            new(new ExpertSpec("fern-5", ExpertRole.Shared, "fern depth=5"), new ExpertScore("fern-5", 88.5, 100)),
            new(new ExpertSpec("bank-1", ExpertRole.Routed, "mlp"), new ExpertScore("bank-1", 91.25, 24.999999)),
        ], 7, "0123456789abcdef", 45312, TimeSpan.FromSeconds(2));

    [Fact]
    public void Json_is_one_object_of_rounded_numbers() =>
        Assert.Equal(
            string.Concat(
                """{"source":"día.csv","rows":45312,"refused":3,"duplicates":7,"classes":2,"accuracy":93.14,""",
                """ "kappa":85.92,"kappaTemporal":null,"logLoss":0.171235,"seconds":2,"rowsPerSecond":22656,""",
                """ "load":{"entropy":100,"dead":0},"fingerprint":"0123456789abcdef","experts":[""",
                """{"id":"fern-5","kind":"fern","role":"shared","accuracy":88.5,"share":100},""",
                """{"id":"bank-1","kind":"mlp","role":"routed","accuracy":91.25,"share":25}]}""")
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
                "expert  kind  role    accuracy     share",
                "fern-5  fern  shared   88.50 %  100.00 %",
                "bank-1  mlp   routed   91.25 %   25.00 %",
            ], Summary.Write(Result));

    [Fact]
    public void No_time_is_no_speed() =>
        Assert.Equal(0, (Result with { Elapsed = TimeSpan.Zero }).RowsPerSecond);
}
