using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Experts;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>A concept that comes back: what a pool makes of it that stays the same, one that archives an
/// expert by hand, and one that grows by itself.</summary>
internal static class Recurring
{
    private const int Rows = 60_000;
    private const int Leaves = 20_000;
    private const int Returns = 40_000;
    private const int Archived = 19_968;
    private const int Span = 2_000;
    private const int First = 200;
    private const int Seeds = 6;

    private static readonly AddExpert Archive = new() { CloneOf = "mlp-averaged", Role = ExpertRole.Archived };

    /// <summary>Measures all three over all seeds.</summary>
    public static void Run(TextWriter output)
    {
        var table = new Table(output, "pool, seed", "rows 20,000-22,000 %", "rows 40,000-42,000 %",
            "first 200 rows after the return %", "all %");
        Measure(table, "fixed", GrowthOptions.Off, _ => { });
        Measure(table, "mlp-averaged archived at row 19,968", GrowthOptions.Off, mixture => mixture.Change(Archive));
        Measure(table, "growth", new GrowthOptions(), _ => { });
    }

    private static void Measure(Table table, string name, GrowthOptions growth, Action<Mixture> change)
    {
        var outcomes = Enumerable.Range(1, Seeds).Select(seed => Learn(seed, growth, change)).ToList();
        foreach (var (i, outcome) in outcomes.Index())
            Add(table, $"{name}, {i + 1}", [outcome]);
        Add(table, $"{name}, mean", outcomes);
    }

    private static Outcome Learn(long seed, GrowthOptions growth, Action<Mixture> change)
    {
        using var source = new LimitedSource(
            Generators.Create("sea-recurring", new GeneratorOptions { Seed = seed, Rows = Rows }), Rows);
        return Outcome.Of(source, new MixtureOptions { Seed = seed, Growth = growth }, Archived, change);
    }

    private static void Add(Table table, string name, List<Outcome> outcomes) => table.Add(name,
        Percent(outcomes.Average(o => o.Accuracy(Leaves, Leaves + Span))),
        Percent(outcomes.Average(o => o.Accuracy(Returns, Returns + Span))),
        Percent(outcomes.Average(o => o.Accuracy(Returns, Returns + First))),
        Number(outcomes.Average(o => o.Accuracy()), "F2"));
}
