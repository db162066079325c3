using System.Diagnostics;
using MoE.Actors;
using MoE.Compute;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// Rows per second of pools, in one thread and in actors that store nothing. The pools take turns, so that a machine
/// that is busy for a while slows all of them alike; what counts is the median of the rounds.
/// </summary>
internal static class Speed
{
    private const int WarmUp = 10_240;
    private const int Rows = 40_960;
    private const int Rounds = 5;
    private static readonly int[] Batches = [64, 256];

    /// <summary>Measures every pool in every way.</summary>
    public static void Run(string stream, List<(string Name, MixtureOptions Options)> pools, TextWriter output)
    {
        HeldRows[] held = [.. Batches.Select(batch => HeldRows.Of(stream, WarmUp + Rows, batch))];
        var measured = pools.ConvertAll(_ => Batches.Concat([0]).Select(_ => new List<double>()).ToArray());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (p, (_, options)) in pools.Index())
            {
                measured[p][0].Add(InOneThread(held[0].Again(), options));
                foreach (var (b, batch) in Batches.Index())
                    measured[p][b + 1].Add(InActors(held[b].Again(), options with { Batch = batch }).Result);
            }
        }
        var table = new Table(output, "pool", "rows/s, one thread", "rows/s, actors, batch 64",
            "rows/s, actors, batch 256");
        foreach (var (p, (name, _)) in pools.Index())
            table.Add([name, .. measured[p].Select(speeds => Number(100 * Math.Round(Median.Of(speeds) / 100)))]);
    }

    private static double InOneThread(HeldRows source, MixtureOptions options)
    {
        var (mixture, rows, start) = (new Mixture(source.Schema, options), 0L, 0L);
        while (source.Read(options.Batch) is { } batch)
        {
            mixture.Learn(batch);
            if ((rows += batch.Rows) == WarmUp)
                start = Stopwatch.GetTimestamp();
        }
        return Rows / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> InActors(HeldRows source, MixtureOptions options)
    {
        var (start, end) = (0L, 0L);
        await using var mixture = await LocalMixture.StartAsync(
            source.Schema, options, new DurabilityOptions(), CancellationToken.None);
        await mixture.LearnAsync(source, outcome =>
        {
            end = Stopwatch.GetTimestamp();
            if (outcome.Scores.Rows == WarmUp)
                start = end;
        }, CancellationToken.None);
        return Rows / Stopwatch.GetElapsedTime(start, end).TotalSeconds;
    }
}
