using MoE.Compute;
using MoE.Compute.Devices;
using Xunit;

namespace MoE.Actors.Tests.Storage;

public sealed class DataDirectoryTests
{
    [Fact]
    public async Task A_directory_in_use_is_refused()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        await using var first = await Models.StartAsync(durable);
        var error = await Assert.ThrowsAsync<ModelException>(() => Models.StartAsync(durable));
        Assert.Equal($"{folder.Path} is in use by another moe process; stop that one, or give another data directory.", error.Message);
    }

    [Fact]
    public async Task A_directory_that_is_a_file_is_refused()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        var error = await Assert.ThrowsAsync<ModelException>(() => Models.StartAsync(Models.Memory with { DataDirectory = file }));
        Assert.StartsWith($"{file} cannot be made a data directory: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_of_another_seed_is_refused_and_left_as_it_was()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        var before = await Models.LearnAsync(Models.EndOf(10), durable);
        var error = await Assert.ThrowsAsync<ModelException>(() => LocalMixture.StartAsync(
            new SeededRows(0).Schema, Models.Options with { Seed = 2 }, durable, ComputeOptions.CpuAlone,
            CancellationToken.None));
        Assert.StartsWith($"{folder.Path}: moe.seed is 2, and the stored model has 1; ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Fingerprint, (await Models.LearnAsync(Models.EndOf(10), durable)).Fingerprint);
    }

    [Fact]
    public async Task A_file_that_is_no_log_is_refused_in_one_line()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "journal.db"), new string('x', 8192));
        var error = await Assert.ThrowsAsync<ModelException>(
            () => Models.StartAsync(Models.Memory with { DataDirectory = folder.Path }));
        Assert.StartsWith($"{folder.Path}/journal.db is damaged: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Options_out_of_range_are_refused_before_anything_is_made()
    {
        var path = Path.Combine(Path.GetTempPath(), "moe-is-not-made");
        await Assert.ThrowsAsync<InvalidOptionsException>(
            () => Models.StartAsync(Models.Memory with { DataDirectory = path, JournalAheadRows = 0 }));
        Assert.False(Directory.Exists(path));
    }
}
