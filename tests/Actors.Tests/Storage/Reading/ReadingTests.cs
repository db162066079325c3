using MoE.Actors.Inspection;
using MoE.Actors.Storage;
using MoE.Actors.Tests.Inspection;
using Xunit;

namespace MoE.Actors.Tests.Storage.Reading;

public sealed class ReadingTests
{
    [Fact]
    public async Task A_model_as_a_kill_leaves_it_is_read_to_its_last_batch_and_nothing_is_written()
    {
        using var folder = await KilledAsync();
        var before = Files(folder);
        var stored = await StoredModels.ReadAsync(folder);
        Assert.Equal((45, 20, 0), (stored.LastBatch, stored.NewestWhole!.Progress.LastBatch, stored.Damages.Count));
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(45)), Verification.Of(stored).LastFingerprint);
        var (_, options) = await ModelStore.ReadDefinitionAsync(StoredModels.Durable(folder), CancellationToken.None);
        Assert.Equal(Models.Options.Pool, options.Pool);
        Assert.Equal(before, Files(folder));
    }

    [Fact]
    public async Task Damage_of_the_write_ahead_log_is_told_as_often_as_it_is_looked_at_and_then_when_it_is_opened()
    {
        using var folder = await KilledAsync();
        var wal = Path.Combine(folder.Path, "journal.db-wal");
        var bytes = await File.ReadAllBytesAsync(wal);
        bytes[bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(wal, bytes);
        var at = SqliteWal.DamagedAt(Path.Combine(folder.Path, "journal.db"));
        Assert.NotNull(at);
        for (var i = 0; i < 2; i++)
            Assert.StartsWith($"{wal} is damaged at byte {at}: ", (await StoredModels.ReadAsync(folder)).Damages[0],
                StringComparison.Ordinal);
        Assert.Equal(at, SqliteWal.DamagedAt(Path.Combine(folder.Path, "journal.db")));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(wal));
    }

    [Fact]
    public async Task Two_may_look_at_once_and_a_model_that_runs_is_refused()
    {
        using var folder = new TestFolder();
        await StoredModels.GoOnAsync(folder, 10);
        using (DataDirectory.OpenToRead(folder.Path))
            Assert.Equal(10, (await StoredModels.ReadAsync(folder)).LastBatch);
        await using var running = await Models.StartAsync(StoredModels.Durable(folder));
        var error = await Assert.ThrowsAsync<ModelException>(() => StoredModels.ReadAsync(folder));
        Assert.Equal($"{folder.Path} is in use by another moe process; stop that one, or give another data directory.",
            error.Message);
    }

    [Fact]
    public async Task A_model_may_begin_while_what_was_read_of_it_is_still_looked_at()
    {
        using var folder = new TestFolder();
        await StoredModels.GoOnAsync(folder, 10);
        var stored = await StoredModels.ReadAsync(folder);
        await StoredModels.GoOnAsync(folder, 20);
        Assert.Equal(10, Verification.Of(stored).LastBatch);
    }

    [Fact]
    public void Who_begins_to_write_into_a_folder_without_a_lock_while_it_is_read_is_noticed()
    {
        using var folder = new TestFolder();
        using var reading = DataDirectory.OpenToRead(folder.Path);
        reading.Check();
        using var writer = DataDirectory.Open(folder.Path);
        var error = Assert.Throws<ModelException>(reading.Check);
        Assert.StartsWith($"{folder.Path} is in use by another moe process; ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("snapshots.db")]
    public async Task A_file_that_is_no_database_is_refused_in_one_line(string name)
    {
        using var folder = new TestFolder();
        await StoredModels.GoOnAsync(folder, 10);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, name), new string('x', 8192));
        var error = await Assert.ThrowsAsync<ModelException>(() => StoredModels.ReadAsync(folder));
        Assert.Matches($"^{folder.Path}/{name} is damaged: [^\n]+$", error.Message);
    }

    /// <summary>Two checkpoints, and rows behind them in the write-ahead log.</summary>
    private static async Task<TestFolder> KilledAsync()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(2);
        using var live = folder;
        await using var mixture = await Models.StartAsync(StoredModels.Durable(folder));
        using var source = new SeededRows(Models.EndOf(45));
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        var killed = new TestFolder();
        folder.CopyTo(killed);
        return killed;
    }

    private static string Files(TestFolder folder) => string.Join('\n', Directory.GetFileSystemEntries(folder.Path)
        .Order(StringComparer.Ordinal)
        .Select(f => $"{f} {Convert.ToHexString(File.ReadAllBytes(f))} {File.GetLastWriteTimeUtc(f):O}"));
}
