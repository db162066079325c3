using System.Globalization;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// More experts at the same cost per row: a mosaic of 64 concepts, four small networks asked per row out of 1 to 256,
/// beside one network that is always asked; against single networks that are as wide as what is asked, or as all.
/// </summary>
internal static class Capacity
{
    private const string Stream = "mosaic";
    private const int Hidden = 16;
    private const int MostRows = 400_000;

    private static readonly int[] Steps = [1, 4, 16, 64, 256];
    private static readonly int[] Widths = [64, 80, 1024];

    /// <summary>Measures the accuracy.</summary>
    /// <param name="args">Nothing, or the number of rows; then a file for the chart.</param>
    /// <param name="output">Where the table goes.</param>
    public static void RunAccuracy(string[] args, TextWriter output)
    {
        var rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : MostRows;
        var accuracy = new Table(output, "pool", "hidden units asked per row", "accuracy %", "last quarter %",
            "load entropy %", "dead experts");
        var (banks, dense) = (new List<(int, double)>(), new List<(int, double)>());
        foreach (var count in Steps)
            banks.Add((count, Learn($"1 + {count} routed, 4 asked", Bank(count), rows, accuracy)));
        foreach (var width in Widths)
            dense.Add((width, Learn($"one network of {width}", Dense(width), rows, accuracy)));
        if (args.Length > 1)
            File.WriteAllText(args[1], CapacityChart.Svg(banks, dense));
    }

    /// <summary>Measures the speed.</summary>
    public static void RunSpeed(TextWriter output) => Speed.Run(Stream,
        [
            .. Steps.Select(count => ($"1 + {count} routed, 4 asked", Bank(count))),
            .. Widths.Select(width => ($"one network of {width}", Dense(width))),
        ], output);

    private static double Learn(string name, MixtureOptions options, int rows, Table table)
    {
        using var source = new LimitedSource(Generators.Create(Stream, new GeneratorOptions()), rows);
        var outcome = Outcome.Of(source, options);
        var balance = outcome.Balance();
        table.Add(name, Number(Asked(options)), Percent(outcome.Accuracy()),
            Percent(outcome.Accuracy(rows / 4 * 3)), balance is null ? "-" : Percent(balance.Entropy),
            balance is null ? "-" : Number(balance.Dead));
        return outcome.Accuracy();
    }

    private static int Asked(MixtureOptions options)
    {
        var units = options.Pool.ToLookup(expert => expert.Role, expert => int.Parse(
            expert.Text.Split("hidden=")[1].Split(' ')[0], CultureInfo.InvariantCulture));
        return units[ExpertRole.Shared].Sum() + units[ExpertRole.Routed].Take(options.Router.TopK).Sum();
    }

    private static MixtureOptions Bank(int count) => new()
    {
        Router = new RouterOptions { TopK = 4 },
        Growth = GrowthOptions.Off,
        Pool = [Network("shared", ExpertRole.Shared, Hidden), .. Enumerable.Range(1, count)
            .Select(i => Network($"bank-{i}", ExpertRole.Routed, Hidden))],
    };

    private static MixtureOptions Dense(int width) => new()
    {
        Growth = GrowthOptions.Off,
        Pool = [Network("dense", ExpertRole.Shared, width)],
    };

    private static ExpertSpec Network(string id, ExpertRole role, int hidden) =>
        new(id, role, $"mlp input=z hidden={hidden} rate=0.03");
}
