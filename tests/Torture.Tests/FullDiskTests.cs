using MoE.Torture.Tests.Storage;
using Xunit;
using Xunit.Abstractions;

namespace MoE.Torture.Tests;

/// <summary>Real disks that are really full.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Rows = 150_000;
    private const int CheckpointMilliseconds = 60;
    private const int DiskMebibytes = 64;
    private const string Cause = "disk is full";
    private const string Remedy = "free some space, then run the same command to continue.";

    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(5);

    // A busy machine is slow at everything; so many starts of moe take what Prompt is on an idle one.
    private const int PromptStarts = 3;

    private static readonly Lazy<Task<string>> Unbroken = new(async () =>
    {
        using var life = Life.Start(SmallModel.Evaluate(Rows));
        return (await life.EndAsync()).Result();
    });

    // The first are too little to begin; with the others the log, a checkpoint or a deletion finds no space.
    private static readonly int[] FreeKibibytes = [8, 400, 1_100, 1_300, 1_600, 2_000, 3_000, 4_000, 6_000];

    private readonly Promise _promise = new();

    [SmallDiskFact]
    public async Task Each_time_the_disk_is_full_a_line_says_so_and_with_space_the_run_goes_on_to_the_same_bits()
    {
        using var disk = await SmallDisk.CreateAsync(DiskMebibytes);
        foreach (var free in FreeKibibytes)
        {
            disk.LeaveFree(free);
            using var life = StartOn(disk);
            var end = await life.EndAsync();
            output.WriteLine($"{free} KiB free: {life.Reported:N0} rows in {end.After.TotalSeconds:F1} s: "
                + string.Join(" | ", end.Complaints));
            Check(life, end);
        }
        await CheckSpaceBringsTheSameBitsAsync(disk);
    }

    [SmallDiskFact]
    public async Task A_disk_that_fills_up_under_a_running_model_stops_it_within_seconds()
    {
        using var disk = await SmallDisk.CreateAsync(DiskMebibytes);
        for (var time = 0; time < 3; time++)
        {
            disk.MakeSpace();
            using var life = StartOn(disk);
            await life.FirstRows;
            disk.Fill();
            var full = TimeProvider.System.GetTimestamp();
            var end = await life.EndAsync();
            var stopped = TimeProvider.System.GetElapsedTime(full);
            output.WriteLine($"{life.Reported:N0} rows, stopped after {stopped.TotalSeconds:F2} s: "
                + string.Join(" | ", end.Complaints));
            Check(life, end);
            var starts = life.LearnedAt.GetValueOrDefault() * PromptStarts;
            Assert.InRange(stopped, TimeSpan.Zero, starts > Prompt ? starts : Prompt);
        }
        await CheckSpaceBringsTheSameBitsAsync(disk);
    }

    private static Life StartOn(SmallDisk disk) =>
        Life.Start(disk.Entrance, SmallModel.Evaluate(Rows, disk.Data, CheckpointMilliseconds));

    private void Check(Life life, LifeEnd end)
    {
        Assert.Equal(1, end.ExitCode);
        var line = Assert.Single(end.Complaints);
        Assert.Contains(Cause, line, StringComparison.Ordinal);
        Assert.EndsWith(Remedy, line, StringComparison.Ordinal);
        _promise.Hold(life);
    }

    private async Task CheckSpaceBringsTheSameBitsAsync(SmallDisk disk)
    {
        disk.MakeSpace();
        using var last = StartOn(disk);
        var end = await last.EndAsync();
        Assert.Equal("", string.Join("\n", end.Complaints));
        _promise.Hold(last);
        Assert.Equal(await Unbroken.Value, end.Result());
    }
}
