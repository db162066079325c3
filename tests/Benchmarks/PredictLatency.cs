using System.Diagnostics;
using System.Globalization;
using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Gpu.Devices;

namespace MoE.Benchmarks;

/// <summary>
/// How long a caller waits for the prediction of one row, while a stream is learned at full speed and while none is, and
/// what the asking costs the learning.
/// </summary>
public static class PredictLatency
{
    /// <summary>Rows learned before the first question.</summary>
    private const int FirstRows = 2000;

    /// <summary>Learns a source, then the same again with one caller who asks without a pause.</summary>
    /// <param name="open">Opens the source at its first row.</param>
    /// <param name="output">Takes the table.</param>
    public static async Task RunAsync(Func<IRowSource> open, TextWriter output)
    {
        await LearnAsync(open, isAsked: false);                // compiles what comes next
        var (alone, _, _) = await LearnAsync(open, isAsked: false);
        var (beside, asked, idle) = await LearnAsync(open, isAsked: true);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"learned alone        {alone,9:N0} rows/s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"learned while asked  {beside,9:N0} rows/s, {asked.Count:N0} predictions of one row"));
        output.WriteLine($"while learning       {Quantiles(asked)}");
        output.WriteLine($"afterwards           {Quantiles(idle)}");
    }

    private static async Task<(double RowsPerSecond, List<double> Asked, List<double> Idle)> LearnAsync(
        Func<IRowSource> open, bool isAsked)
    {
        using var source = open();
        await using var mixture = await LocalMixture.StartAsync(source.Schema, new MixtureOptions(),
            new DurabilityOptions(), new ComputeOptions { Device = ComputeOptions.Cpu }, CancellationToken.None);
        RowBatch row;
        using (var first = open())
            row = first.Read(1)! with { NewTerms = [] };
        using var end = new CancellationTokenSource();
        Task<List<double>>? asking = null;
        var (begin, rows) = (Stopwatch.GetTimestamp(), 0L);
        await mixture.LearnAsync(source, batch =>
        {
            rows = batch.Scores.Rows;
            if (isAsked && rows >= FirstRows)
                asking ??= Task.Run(() => AskAsync(mixture, row, () => !end.IsCancellationRequested));
        }, CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await end.CancelAsync();
        var asked = asking is null ? [] : await asking;
        var left = 10_000;
        return (rows / seconds, asked, await AskAsync(mixture, row, () => left-- > 0));
    }

    private static async Task<List<double>> AskAsync(LocalMixture mixture, RowBatch row, Func<bool> goesOn)
    {
        List<double> waits = [];
        while (goesOn())
        {
            var begin = Stopwatch.GetTimestamp();
            await mixture.PredictAsync(row, CancellationToken.None);
            waits.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        return waits;
    }

    private static string Quantiles(List<double> waits)
    {
        waits.Sort();
        return string.Create(CultureInfo.InvariantCulture,
            $"p50 {At(0.5):F3} ms, p99 {At(0.99):F3} ms, p99.9 {At(0.999):F3} ms, longest {waits[^1]:F1} ms");

        double At(double quantile) => waits[(int)(quantile * (waits.Count - 1))];
    }
}
