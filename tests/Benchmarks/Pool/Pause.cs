using System.Diagnostics;
using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using static System.FormattableString;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// How long learning stands still when the pool changes: 200 experts come and go at random moments while a model in
/// actors learns. Answers come in bursts of up to a window of batches, so what is timed is a whole window: one batch
/// where only one is under way at a time, eight with the usual options.
/// </summary>
internal static class Pause
{
    private const string Stream = "rbf-moderate";
    private const int Usual = 8;

    /// <summary>Measures windows of one and of eight batches in memory, and of eight with a data directory.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        await MeasureAsync(null, 1, output);
        await MeasureAsync(null, Usual, output);
        var folder = Directory.CreateTempSubdirectory("moe-pause-").FullName;
        try
        {
            await MeasureAsync(folder, Usual, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string? folder, int window, TextWriter output)
    {
        var changes = new Changes();
        var changed = await LearnAsync(folder, "changed", window, long.MaxValue, changes);
        var still = await LearnAsync(folder, "still", window, changed.Count * 64L, null);
        var store = folder is null ? "in memory" : "data directory";
        var table = new Table(
            output, Invariant($"{store}, window {window}: milliseconds"), "count", "mean", "median", "p99", "greatest");
        Add(table, "a window, no changes in the run", Windows(still, window), _ => true);
        Add(table, "a window, 200 added and retired", Windows(changed, window), _ => true);
        Add(table, "of these, without a change", Windows(changed, window), came => !came.Any());
        foreach (var kind in (string[])["mlp", "fern", "memory"])
            Add(table, $"of these, with an addition of kind {kind}", Windows(changed, window), came => came.Any(
                change => change.Action == RosterAction.Added && change.Member.Spec.Kind == kind));
        Add(table, "of these, with a retirement", Windows(changed, window), came => came.Any(
            change => change.Action == RosterAction.Retired));
        Add(table, "from an addition to its answer", changes.Additions);
        Add(table, "from a retirement to its answer", changes.Retirements);
    }

    private static IEnumerable<(double Milliseconds, IEnumerable<RosterChange> Came)> Windows(
        List<(long At, IReadOnlyList<RosterChange> Came)> batches, int window) =>
        Enumerable.Range(window, Math.Max(0, batches.Count - window)).Select(n => (
            Stopwatch.GetElapsedTime(batches[n - window].At, batches[n].At).TotalMilliseconds,
            Enumerable.Range(n - window + 1, window).SelectMany(batch => batches[batch].Came)));

    private static async Task<List<(long At, IReadOnlyList<RosterChange> Came)>> LearnAsync(
        string? folder, string model, int window, long rows, Changes? changes)
    {
        List<(long, IReadOnlyList<RosterChange>)> batches = [];
        using var source = new LimitedSource(Generators.Create(Stream, new GeneratorOptions()), rows);
        using var enough = new CancellationTokenSource();
        var options = new MixtureOptions { Window = window, Growth = GrowthOptions.Off };
        await using var mixture = await LocalMixture.StartAsync(source.Schema, options,
            new DurabilityOptions { DataDirectory = folder, Model = model }, ComputeOptions.CpuAlone,
            CancellationToken.None);
        var learning = mixture.LearnAsync(source, outcome => batches.Add(
            (Stopwatch.GetTimestamp(), outcome.Changes)), enough.Token);
        if (changes is not null)
        {
            await changes.MakeAsync(mixture);
            await enough.CancelAsync();
        }
        await learning;
        return batches;
    }

    private static void Add(
        Table table, string name, IEnumerable<(double Milliseconds, IEnumerable<RosterChange> Came)> windows,
        Func<IEnumerable<RosterChange>, bool> isMeant) =>
        Add(table, name, windows.Where(window => isMeant(window.Came)).Select(window => window.Milliseconds));

    private static void Add(Table table, string name, IEnumerable<double> values)
    {
        double[] all = [.. values];
        table.Add(name, Invariant($"{all.Length:N0}"), Table.Number(all.DefaultIfEmpty().Average(), "F2"),
            Cell(0.5), Cell(0.99), Cell(1));

        string Cell(double share) => Table.Number(Median.Quantile(all, share), "F2");
    }
}
