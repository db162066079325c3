using System.Diagnostics;
using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using static System.FormattableString;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// How long learning stands still when the pool changes: the times between two batches of a model in actors, in memory
/// and with a data directory, while 200 experts come and go at random moments, and while none does.
/// </summary>
internal static class Pause
{
    private const string Stream = "rbf-moderate";

    /// <summary>Measures both stores, with changes and then as many batches without.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        await MeasureAsync(null, output);
        var folder = Directory.CreateTempSubdirectory("moe-pause-").FullName;
        try
        {
            await MeasureAsync(folder, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string? folder, TextWriter output)
    {
        var store = folder is null ? "in memory" : "data directory";
        var intervals = new Table(output, $"{store}: ms between two batches", "count", "median", "p99", "greatest");
        var changes = new Changes();
        var changed = await LearnAsync(folder, "changed", long.MaxValue, changes);
        var still = await LearnAsync(folder, "still", changed.Count * 64L, null);
        Add(intervals, "no changes, as many batches", still.Select(i => i.Milliseconds));
        Add(intervals, "200 experts come and go", changed.Select(i => i.Milliseconds));
        Add(intervals, "of these, before a batch that a change came with",
            changed.Where(i => i.Changed).Select(i => i.Milliseconds));
        Add(intervals, "from an addition to its answer", changes.Additions);
        Add(intervals, "from a retirement to its answer", changes.Retirements);
    }

    private static async Task<List<(double Milliseconds, bool Changed)>> LearnAsync(
        string? folder, string model, long rows, Changes? changes)
    {
        List<(double, bool)> intervals = [];
        using var source = new LimitedSource(Generators.Create(Stream, new GeneratorOptions()), rows);
        using var enough = new CancellationTokenSource();
        await using var mixture = await LocalMixture.StartAsync(source.Schema, new MixtureOptions(),
            new DurabilityOptions { DataDirectory = folder, Model = model }, CancellationToken.None);
        var last = 0L;
        var learning = mixture.LearnAsync(source, outcome =>
        {
            var now = Stopwatch.GetTimestamp();
            if (last > 0)
                intervals.Add((Stopwatch.GetElapsedTime(last, now).TotalMilliseconds, outcome.Changes.Count > 0));
            last = now;
        }, enough.Token);
        if (changes is not null)
        {
            await changes.MakeAsync(mixture);
            await enough.CancelAsync();
        }
        await learning;
        return intervals;
    }

    private static void Add(Table table, string name, IEnumerable<double> values)
    {
        double[] all = [.. values];
        table.Add(name, Invariant($"{all.Length:N0}"), Cell(0.5), Cell(0.99), Cell(1));

        string Cell(double share) => Table.Number(Median.Quantile(all, share), "F2");
    }
}
