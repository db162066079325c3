using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Experts;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// A class that appears in the middle of a stream: all experts that are there are frozen, and a copy of one and a
/// memory are added; what becomes of the new class, and of the old ones.
/// </summary>
internal static class NewClass
{
    private const int Rows = 50_000;
    private const int Appears = 25_000;
    private const int Span = 2_000;
    private const int Classes = 5;
    private const int New = Classes - 1;          // names are numbered as they appear, so the one held back is the last
    private const double Moderate = 0.0001;
    private const string Small = "memory size=1000 near=8 wide=50";
    private const string Large = "memory size=4000 near=8 wide=64";

    /// <summary>Measures every way for the last class, then the first way for each.</summary>
    public static void Run(TextWriter output)
    {
        var ways = new Table(output, Columns("the last class held back"));
        Measure(ways, "nothing changed, and the class never appears", New, _ => { }, Rows);
        Measure(ways, "nothing changed", New, _ => { });
        Measure(ways, "all frozen, nothing added", New, Freeze);
        foreach (var parent in (string[])["mlp-averaged", "mlp-hat", "cross", "fern-10"])
            Measure(ways, $"all frozen, copy of {parent} and a memory of 1,000", New, Renew(parent, Small));
        foreach (var parent in (string[])["mlp-averaged", "mlp-hat"])
            Measure(ways, $"all frozen, copy of {parent} and a memory of 4,000", New, Renew(parent, Large));
        Measure(ways, "all frozen, copies of all shared experts", New, RenewAll);
        var classes = new Table(output, Columns("all frozen, copy of mlp-averaged and a memory of 1,000"));
        for (var hidden = 0; hidden < Classes; hidden++)
            Measure(classes, $"class {hidden + 1} held back", hidden, Renew("mlp-averaged", Small));
    }

    private static string[] Columns(string first) =>
    [
        first, "new class, first 2,000 rows %", "new class, after %", "old classes, 2,000 rows before %",
        "old classes, first 2,000 rows %", "old classes, after %",
    ];

    private static void Measure(
        Table table, string name, int hidden, Action<Mixture> change, int appears = Appears)
    {
        using var source = new LimitedSource(new GeneratedSource("rbf-moderate", $"seed 1, without {hidden}",
            new HiddenClass(new RandomRbf(1, Moderate), hidden, appears)), Rows);
        var outcome = Outcome.Of(source, new MixtureOptions { Growth = GrowthOptions.Off }, Appears, change);
        table.Add(name,
            Percent(outcome.Accuracy(Appears, Appears + Span, c => c == New)),
            Percent(outcome.Accuracy(Appears + Span, Rows, c => c == New)),
            Percent(outcome.Accuracy(Appears - Span, Appears, c => c != New)),
            Percent(outcome.Accuracy(Appears, Appears + Span, c => c != New)),
            Percent(outcome.Accuracy(Appears + Span, Rows, c => c != New)));
    }

    private static void Freeze(Mixture mixture)
    {
        foreach (var member in mixture.Roster.Members)
            mixture.Change(new FreezeExpert(member.Spec.Id));
    }

    private static Action<Mixture> Renew(string parent, string memory) => mixture =>
    {
        Freeze(mixture);
        mixture.Change(new AddExpert { CloneOf = parent });
        mixture.Change(new AddExpert { Text = memory });
    };

    private static void RenewAll(Mixture mixture)
    {
        Freeze(mixture);
        foreach (var member in mixture.Roster.Members.Where(m => m.Spec.Role == ExpertRole.Shared).ToList())
            mixture.Change(new AddExpert { CloneOf = member.Spec.Id });
    }
}
