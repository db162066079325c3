using System.Diagnostics;
using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Gpu.Devices;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// Rows per second of pools, in one thread and in actors that store nothing, and the processors' time that a row
/// takes, which other programs on the machine hardly change. The pools take turns, so that a machine that is busy for
/// a while slows all of them alike; what counts is the median of the rounds.
/// </summary>
internal static class Speed
{
    private const int WarmUp = 10_240;
    private const int Rows = 102_400;
    private const int Rounds = 5;
    private static readonly int[] Batches = [64, 256, 1024];

    /// <summary>Measures every pool in every way.</summary>
    public static void Run(string stream, List<(string Name, MixtureOptions Options)> pools, TextWriter output)
    {
        HeldRows[] held = [.. Batches.Select(batch => HeldRows.Of(stream, WarmUp + Rows, batch))];
        Func<MixtureOptions, Lap>[] ways =
        [
            options => InOneThread(held[0].Again(), options),
            .. Batches.Select<int, Func<MixtureOptions, Lap>>((batch, b) =>
                options => InActors(held[b].Again(), options with { Batch = batch }).Result),
        ];
        var measured = pools.ConvertAll(_ => ways.Select(_ => new List<Lap>()).ToArray());
        for (var turn = 0; turn < Rounds * ways.Length; turn++)
            foreach (var (p, (_, options)) in pools.Index())
                measured[p][turn % ways.Length].Add(ways[turn % ways.Length](options));
        Write(output, "rows/s", lap => 100 * Math.Round(Rows / lap.Wall.TotalSeconds / 100), "N0");
        Write(output, "processor µs/row", lap => lap.Processor.TotalMicroseconds / Rows, "F2");

        void Write(TextWriter to, string unit, Func<Lap, double> value, string format)
        {
            var table = new Table(to, [unit, "one thread", .. Batches.Select(batch => $"actors, batch {batch}")]);
            foreach (var (p, (name, _)) in pools.Index())
                table.Add([name, .. measured[p].Select(laps => Number(Median.Of(laps.Select(value)), format))]);
        }
    }

    private static Lap InOneThread(HeldRows source, MixtureOptions options)
    {
        var (mixture, rows, start) = (new Mixture(source.Schema, options), 0L, default(Moment));
        while (source.Read(options.Batch) is { } batch)
        {
            mixture.Learn(batch);
            if ((rows += batch.Rows) == WarmUp)
                start = Moment.Now;
        }
        return Moment.Now.Since(start);
    }

    private static async Task<Lap> InActors(HeldRows source, MixtureOptions options)
    {
        var (start, end) = (default(Moment), default(Moment));
        await using var mixture = await LocalMixture.StartAsync(
            source.Schema, options, new DurabilityOptions(), ComputeOptions.CpuAlone, CancellationToken.None);
        await mixture.LearnAsync(source, outcome =>
        {
            if (outcome.Scores.Rows == WarmUp)
                start = Moment.Now;
            else if (outcome.Scores.Rows == WarmUp + Rows)
                end = Moment.Now;
        }, CancellationToken.None);
        return end.Since(start);
    }

    private readonly record struct Lap(TimeSpan Wall, TimeSpan Processor);

    private readonly record struct Moment(long Stamp, TimeSpan Processor)
    {
        public static Moment Now => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

        public Lap Since(Moment start) =>
            new(Stopwatch.GetElapsedTime(start.Stamp, Stamp), Processor - start.Processor);
    }
}
