using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Gpu.Devices;
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
        Assert.StartsWith($"{file} cannot be used as a data directory: ", error.Message, StringComparison.Ordinal);
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
        Assert.StartsWith($"{folder.Path}: moe.seed is 2, but the stored model has 1; ", error.Message, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("file:model?mode=memory")]
    [InlineData("file:model.db?mode=ro&cache=shared#x")]
    [InlineData(":memory:")]
    [InlineData("|DataDirectory|")]
    [InlineData("a;Mode=Memory;b=c")]
    [InlineData("it's \"50%20\" = ?x='y' ü")]
    public async Task A_path_is_a_path_whatever_it_looks_like(string name)
    {
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, name);
        foreach (var given in (string[])[path, Path.GetRelativePath(Environment.CurrentDirectory, path)])
        {
            var durable = Models.Memory with { DataDirectory = given };
            await Models.LearnAsync(Models.EndOf(10), durable);
            var end = await Models.LearnAsync(Models.EndOf(20), durable);
            Assert.Equal(Models.SingleFingerprint(Models.EndOf(20)), end.Fingerprint);
            Assert.Equal(20, (await ModelStore.ReadAsync(durable, CancellationToken.None)).LastBatch);
            Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
            Assert.Equal(["default.acknowledged", "journal.db", "moe.lock", "snapshots.db"],
                Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_relative_path_that_looks_like_a_URI_is_a_folder_of_the_current_one()
    {
        using var folder = new TestFolder();
        var name = $"file:{Path.GetFileName(folder.Path)}?mode=memory";
        try
        {
            await Models.LearnAsync(Models.EndOf(10), Models.Memory with { DataDirectory = name });
            Assert.True(new FileInfo(Path.Combine(Environment.CurrentDirectory, name, "journal.db")).Length > 0);
        }
        finally
        {
            Directory.Delete(name, recursive: true);
        }
    }
}
