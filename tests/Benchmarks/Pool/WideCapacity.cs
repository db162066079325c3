using System.Globalization;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using static System.FormattableString;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// The mosaic of <see cref="Capacity"/> at a scale where the networks are most of the cost: 64 networks of 128 hidden
/// units, four asked per row beside one that always is, against single networks as wide as what is asked (640), and as
/// all that is routed (8,192), each at several rates. In one thread; accuracy and cost are of the same run.
/// </summary>
internal static class WideCapacity
{
    private const string Stream = "mosaic";
    private const int MostRows = 200_000;
    private const int Batch = 64;
    private const int WarmUp = 10_240;
    private const int Hidden = 128;
    private const int Routed = 64;
    private const int TopK = 4;

    private static readonly string[] Rates = ["0.03", "0.01", "0.003"];
    private static readonly int[] Widths = [(1 + TopK) * Hidden, Routed * Hidden];

    /// <summary>Measures all pools.</summary>
    /// <param name="args">Nothing, or the number of rows; then what a pool's name has to hold.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Run(string[] args, TextWriter output)
    {
        var rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : MostRows;
        var only = args.Length > 1 ? args[1] : "";
        var held = HeldRows.Of(Stream, rows, Batch);
        var table = new Table(
            output, "pool", "hidden units asked per row", "accuracy %", "last quarter %", "processor µs/row");
        foreach (var (name, asked, options) in Pools().Where(p => p.Name.Contains(only, StringComparison.Ordinal)))
            Measure(table, name, asked, options, held.Again());
    }

    private static IEnumerable<(string Name, int Asked, MixtureOptions Options)> Pools() =>
    [
        .. Rates.Select(rate => (Invariant($"1 + {Routed} routed, {TopK} asked, rate {rate}"), (1 + TopK) * Hidden,
            Pool([Network("shared", ExpertRole.Shared, Hidden, rate), .. Enumerable.Range(1, Routed)
                .Select(i => Network($"bank-{i}", ExpertRole.Routed, Hidden, rate))]))),
        .. Widths.SelectMany(width => Rates, (width, rate) => (Invariant($"one network of {width:N0}, rate {rate}"),
            width, Pool([Network("dense", ExpertRole.Shared, width, rate)]))),
    ];

    private static void Measure(Table table, string name, int asked, MixtureOptions options, HeldRows source)
    {
        var (mixture, right, lastRight, rows, start) = (new Mixture(source.Schema, options), 0, 0, 0, default(TimeSpan));
        var last = (int)(source.Rows / 4 * 3);
        while (source.Read(Batch) is { } batch)
        {
            var predictions = mixture.Learn(batch);
            for (var row = 0; row < batch.Rows; row++, rows++)
            {
                var isRight = predictions.Classes[row] == batch.Targets[row] ? 1 : 0;
                right += isRight;
                lastRight += rows >= last ? isRight : 0;
            }
            if (rows == WarmUp)
                start = Environment.CpuUsage.TotalTime;
        }
        var cost = (Environment.CpuUsage.TotalTime - start).TotalMicroseconds / (rows - WarmUp);
        table.Add(name, Number(asked), Percent(100.0 * right / rows),
            Percent(100.0 * lastRight / (rows - last)), Number(cost, "F2"));
    }

    private static MixtureOptions Pool(IReadOnlyList<ExpertSpec> pool) => new()
    {
        Router = new RouterOptions { TopK = TopK },
        Growth = GrowthOptions.Off,
        Pool = pool,
    };

    private static ExpertSpec Network(string id, ExpertRole role, int hidden, string rate) =>
        new(id, role, $"mlp input=z hidden={hidden} rate={rate}");
}
