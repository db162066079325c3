using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace MoE.Torture.Tests;

/// <summary>Experts may come and go for ever; what they held goes with them.</summary>
public sealed class NewcomersTests(ITestOutputHelper output)
{
    private const int Newcomers = 1_000;
    private const int RowsBetween = 40;
    private const int Stay = 3;
    private const int CheckpointMilliseconds = 100;
    private const long Mebibyte = 1 << 20;

    // 128 tables of 1,024 leaves for 5 classes: so many of them that none could hide.
    private const string Kind = "fern count=128 depth=10";
    private const long LeafBytes = 128 * 1024 * 5 * sizeof(float);

    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_thousand_experts_come_and_go_under_load_and_take_their_memory_with_them()
    {
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "pool.txt");
        await File.WriteAllLinesAsync(script, Lines());
        using var life = Life.Start(SmallModel.Evaluate(
            (Newcomers + 10) * RowsBetween, Path.Combine(folder.Path, "data"), CheckpointMilliseconds, 1_000, script));
        var end = life.EndAsync();
        List<(long Rows, long Bytes)> samples = [];
        using var timer = new PeriodicTimer(Often);
        while (!end.IsCompleted)
        {
            samples.Add((life.Reported, life.WorkingSet));
            await timer.WaitForNextTickAsync();
        }
        Assert.Equal(0, (await end).ExitCode);
        using var result = JsonDocument.Parse((await end).Output);
        Assert.Equal((2 * Newcomers) - Stay, result.RootElement.GetProperty("changes").GetArrayLength());
        output.WriteLine($"{samples.Count} samples, rows and MiB: "
            + string.Join(" ", samples.Where((_, i) => i % 20 == 0).Select(s => $"{s.Rows}:{s.Bytes / Mebibyte}")));
        var few = samples.Where(sample => sample.Rows < 100 * RowsBetween).Max(sample => sample.Bytes);
        var all = samples.Max(sample => sample.Bytes);
        Assert.InRange(all - few, 0, Newcomers / 10 * LeafBytes);
    }

    private static IEnumerable<string> Lines()
    {
        for (var newcomer = 0; newcomer < Newcomers; newcomer++)
        {
            yield return $"{(newcomer + 1) * RowsBetween} add {Kind} --id x{newcomer}";
            if (newcomer >= Stay)
                yield return $"{(newcomer + 1) * RowsBetween} retire x{newcomer - Stay}";
        }
    }
}
