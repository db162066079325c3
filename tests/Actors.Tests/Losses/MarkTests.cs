using MoE.Actors.Tests.Inspection;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Losses;

public sealed class MarkTests
{
    private const string Mark = "default.acknowledged";

    [Fact]
    public async Task A_model_of_a_version_that_kept_no_mark_gets_one_without_a_word()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(1);
        using var kept = folder;
        File.Delete(Path.Combine(folder.Path, Mark));
        foreach (var file in (string[])["journal.db", "snapshots.db"])
            Assert.Equal(0, await folder.NumberAsync(file, "PRAGMA user_version = 0; PRAGMA user_version"));
        Assert.Empty((await StoredModels.ReadAsync(folder)).Damages);
        Assert.Empty(await OpenAsync(folder));
        File.Delete(Path.Combine(folder.Path, Mark));
        const string missing = "default.acknowledged is missing, so it is not known whether acknowledged rows were "
            + "lost. The next run continues where the log ends, and writes that file again.";
        Assert.Equal([missing], (await StoredModels.ReadAsync(folder)).Damages);
        Assert.Equal([$"{folder.Path}: {missing}"], await OpenAsync(folder));
        Assert.Empty(await OpenAsync(folder));
    }

    [Fact]
    public async Task A_change_of_the_pool_that_was_acknowledged_and_is_lost_is_told()
    {
        using TestFolder live = new(), before = new(), after = new();
        await using (var mixture = await Models.StartAsync(StoredModels.Durable(live)))
        {
            await KilledDirectories.LearnAsync(mixture, 5);
            live.CopyTo(before);
            await mixture.ChangeAsync(new FreezeExpert("fern"), CancellationToken.None);
            live.CopyTo(after);
        }
        File.Copy(Path.Combine(before.Path, "journal.db-wal"), Path.Combine(after.Path, "journal.db-wal"), overwrite: true);
        var told = Assert.Single(await OpenAsync(after));
        Assert.Contains("no row is lost, but a change of the pool may be", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_model_lost_its_log_no_other_is_imported()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(1);
        using var kept = folder;
        var file = (await StoredModels.ReadAsync(folder)).NewestWhole!;
        File.Delete(Path.Combine(folder.Path, "journal.db"));
        var error = await Assert.ThrowsAsync<ModelException>(() => StoredModels.ImportAsync(file, folder));
        Assert.Contains("A model is already stored there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_was_broken_off_is_not_taken_for_a_new_model()
    {
        var (stored, _) = await StoredModels.WithCheckpointsAsync(1);
        using var kept = stored;
        using var folder = new TestFolder();
        await StoredModels.ImportAsync((await StoredModels.ReadAsync(stored)).NewestWhole!, folder);
        await folder.ExecuteAsync("journal.db", "DELETE FROM journal");
        var error = await Assert.ThrowsAsync<ModelException>(() => Models.StartAsync(StoredModels.Durable(folder)));
        Assert.StartsWith($"{folder.Path}: The log is empty, but images of a model are stored here: if an import",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_ahead_log_without_its_database_is_refused_and_stays_as_it_was()
    {
        using TestFolder live = new(), folder = new();
        await using (var mixture = await Models.StartAsync(StoredModels.Durable(live)))
        {
            await KilledDirectories.LearnAsync(mixture, 5);
            live.CopyTo(folder);
        }
        var path = Path.Combine(folder.Path, "journal.db");
        await File.WriteAllBytesAsync(path, []);
        var wal = await File.ReadAllBytesAsync(path + "-wal");
        foreach (var open in (Func<Task>[])[() => StoredModels.ReadAsync(folder), () => OpenAsync(folder)])
        {
            var error = await Assert.ThrowsAsync<ModelException>(open);
            Assert.StartsWith($"{path} is empty, but its write-ahead log has {wal.Length:N0} bytes", error.Message,
                StringComparison.Ordinal);
        }
        Assert.Equal(wal, await File.ReadAllBytesAsync(path + "-wal"));
    }

    /// <summary>Opens and closes a model; answers what it warned of.</summary>
    private static async Task<IReadOnlyList<string>> OpenAsync(TestFolder folder)
    {
        await using var mixture = await Models.StartAsync(StoredModels.Durable(folder), null, WarningLog.Config);
        return await WarningLog.HeardAsync(mixture.System);
    }
}
