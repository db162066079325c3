using System.Text.RegularExpressions;
using MoE.Torture.Tests.Storage;
using Xunit;

namespace MoE.Torture.Tests;

/// <summary>A model that was killed, on a disk on which nothing can be written any more.</summary>
public sealed class ReadOnlyDiskTests
{
    private const int DiskMebibytes = 64;
    private const int StoredRows = 20_000;

    [Fact]
    public async Task A_model_is_looked_at_and_taken_out_of_a_full_and_of_a_read_only_disk()
    {
        using var disk = await SmallDisk.CreateAsync(DiskMebibytes);
        await RunAsync(disk, SmallModel.Evaluate(StoredRows, disk.Data, checkpointMilliseconds: 3_600_000, StoredRows));
        using (var killed = Life.Start(
            disk.Entrance, SmallModel.Evaluate(100 * StoredRows, disk.Data, checkpointMilliseconds: 3_600_000)))
        {
            await killed.FirstRows;
            Assert.True(await killed.KillAsync());
        }
        disk.Fill();
        var full = await LookAsync(disk);
        await disk.MakeReadOnlyAsync();
        Assert.Equal(full, await LookAsync(disk));
        Assert.Matches("(?m)^verified: replaying the log from [^\n]+ reproduces checkpoint [0-9,]+", full);
    }

    /// <summary>What the commands say that only look; they leave every file as it was.</summary>
    private static async Task<string> LookAsync(SmallDisk disk)
    {
        using var outside = new TemporaryFolder();
        var (before, file) = (Files(disk), Path.Combine(outside.Path, "model.moe"));
        string[][] commands =
        [
            ["inspect", disk.Data, "--verify"], ["export", file, "--data-dir", disk.Data],
            ["experts", "list", "--data-dir", disk.Data], ["inspect", file],
        ];
        List<string> said = [];
        foreach (var command in commands)
            said.Add(Regex.Replace(await RunAsync(disk, command), Regex.Escape(outside.Path), "OUTSIDE"));
        Assert.Equal(before, Files(disk));
        return string.Join('\n', said);
    }

    private static async Task<string> RunAsync(SmallDisk disk, string[] command)
    {
        using var life = Life.Start(disk.Entrance, command);
        var end = await life.EndAsync();
        Assert.True(end.ExitCode == 0, $"{string.Join(' ', command)}: {string.Join(" | ", end.Complaints)}");
        return end.Output;
    }

    private static string Files(SmallDisk disk) => string.Join('\n',
        Directory.GetFileSystemEntries(disk.DataFromOutside).Order(StringComparer.Ordinal)
            .Select(f => $"{Path.GetFileName(f)} {Convert.ToHexString(File.ReadAllBytes(f))}"));
}
