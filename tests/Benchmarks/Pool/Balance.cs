using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using MoE.Compute.Data.Generators;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using static System.FormattableString;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>How evenly the kinds of router spread the rows, with and without what keeps the load even.</summary>
internal static class Balance
{
    private const int Rows = 50_000;
    private static readonly int[] Seeds = [1, 2, 3];

    /// <summary>Measures the generator, and a file where one is given.</summary>
    /// <param name="args">Nothing, or a CSV file and its columns of names, separated by commas.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Run(string[] args, TextWriter output)
    {
        var table = new Table(output, "stream", "router", "load entropy %", "dead of 16", "accuracy %");
        Measure(table, "rbf-moderate", () => Generators.Create("rbf-moderate", new GeneratorOptions()));
        if (args is [var path, .. var rest])
            Measure(table, Path.GetFileName(path).Split('.')[0], () => RowSources.Open(
                path, new CsvOptions { Categorical = rest.Length > 0 ? rest[0].Split(',') : [] }));
    }

    private static void Measure(Table table, string stream, Func<IRowSource> open)
    {
        foreach (var router in Routers())
        {
            var outcomes = Seeds.Select(seed => Learn(open, router, seed)).ToList();
            var balances = outcomes.ConvertAll(outcome => outcome.Balance()!);
            table.Add(stream, Name(router), string.Join(", ", balances.Select(b => Percent(b.Entropy))),
                string.Join(", ", balances.Select(b => Number(b.Dead))),
                string.Join(", ", outcomes.Select(o => Number(o.Accuracy(), "F2"))));
        }
    }

    private static Outcome Learn(Func<IRowSource> open, RouterOptions router, long seed)
    {
        using var source = new LimitedSource(open(), Rows);
        return Outcome.Of(source, new MixtureOptions { Seed = seed, Router = router, Growth = GrowthOptions.Off });
    }

    private static IEnumerable<RouterOptions> Routers() =>
    [
        new() { Kind = RouterKind.Linear },
        new() { Kind = RouterKind.Linear, BiasRate = 0f },
        new() { Kind = RouterKind.Competence },
        new() { Kind = RouterKind.Competence, BiasRate = 0f },
        new() { Kind = RouterKind.Switch },
        new() { Kind = RouterKind.Switch, Auxiliary = 0f },
    ];

    private static string Name(RouterOptions router) => router.Kind switch
    {
        RouterKind.Linear => Invariant($"linear, bias rate {router.BiasRate}"),
        RouterKind.Competence => Invariant($"competence, bias rate {router.BiasRate}"),
        _ => Invariant($"switch, auxiliary {router.Auxiliary}"),
    };
}
