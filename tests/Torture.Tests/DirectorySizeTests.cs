using Xunit;
using Xunit.Abstractions;

namespace MoE.Torture.Tests;

/// <summary>A stream may be endless; the directory under it is not.</summary>
public sealed class DirectorySizeTests(ITestOutputHelper output)
{
    private const int Rows = 300_000;
    private const int CheckpointMilliseconds = 100;
    private const int Mebibyte = 1 << 20;

    // SQLite writes a log back into its file from 4,000 pages of 4 KiB on; the last write goes beyond that.
    private const int BothWriteAheadLogs = 2 * 20 * Mebibyte;
    private const int BothFiles = 2 * 10 * Mebibyte;

    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_data_directory_stops_growing_while_the_stream_goes_on()
    {
        using var folder = new TemporaryFolder();
        var directory = Path.Combine(folder.Path, "data");
        using var life = Life.Start(SmallModel.Evaluate(Rows, directory, CheckpointMilliseconds, every: 50_000));
        var end = life.EndAsync();
        await life.FirstRows;
        List<long> sizes = [];
        using var timer = new PeriodicTimer(Often);
        while (!end.IsCompleted)
        {
            sizes.Add(Size(directory));
            await timer.WaitForNextTickAsync();
        }
        Assert.Equal(0, (await end).ExitCode);
        // The files reach their size within that time even on a busy machine; endless growth would add a third after it.
        var reached = sizes.Count * 3 / 4;
        var (first, last) = (sizes[..reached].Max(), sizes[reached..].Max());
        output.WriteLine($"{sizes.Count} samples in MiB: "
            + string.Join(" ", sizes.Where((_, i) => i % 20 == 0).Select(s => $"{(double)s / Mebibyte:F1}"))
            + $"; at the end {(double)Size(directory) / Mebibyte:F1}");
        Assert.InRange(last, 1, (long)(1.2 * first));
        Assert.InRange(last, 1, BothWriteAheadLogs + BothFiles);
    }

    // A file may go while it is looked at: SQLite removes its logs when it closes.
    private static long Size(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0);
}
