using Xunit;

namespace MoE.Actors.Tests;

public sealed class RecoveryTests
{
    private const int Rows = 1500;

    [Fact]
    public async Task Rows_that_no_checkpoint_holds_come_back_from_the_log()
    {
        using var folder = new TestFolder();
        using var crashed = new TestFolder();
        await Models.LearnAsync(Models.EndOf(31), Durable(folder, milliseconds: 20));
        await using (var mixture = await Models.StartAsync(Durable(folder, milliseconds: 3_600_000)))
        {
            using var source = new SeededRows(Models.EndOf(62));
            await Models.SkipAsync(mixture, source);
            await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
            folder.CopyTo(crashed);                          // the files as a kill would leave them
        }
        await using (var recovered = await Models.StartAsync(Durable(crashed, milliseconds: 20)))
        {
            var progress = await Models.SkipAsync(recovered, new SeededRows(Rows));
            Assert.Equal((Models.EndOf(62), 62 * 16), (progress.Offset, progress.Rows));
        }
        var report = await Models.LearnAsync(Rows, Durable(crashed, milliseconds: 20));
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
    }

    [Fact]
    public async Task Only_the_last_two_checkpoints_and_what_came_after_them_are_kept()
    {
        using var folder = new TestFolder();
        foreach (var batches in (int[])[10, 20, 30, 40])
            await Models.LearnAsync(Models.EndOf(batches), Durable(folder, milliseconds: 3_600_000));
        Assert.Equal(30, await folder.NumberAsync("snapshots.db",
            "SELECT min(sequence_number) FROM snapshot WHERE persistence_id = 'model-default-gate'"));
        Assert.InRange(await folder.NumberAsync("snapshots.db",
            "SELECT max(n) FROM (SELECT count(*) n FROM snapshot GROUP BY persistence_id)"), 1, 2);
        Assert.Equal(2, await folder.NumberAsync("journal.db",
            "SELECT count(*) FROM journal WHERE deleted = 0 AND manifest = 'moe.checkpoint-completed.2'"));
        Assert.Equal(0, await folder.NumberAsync("journal.db",
            "SELECT count(*) FROM journal WHERE deleted = 0 AND manifest = 'moe.model-created.1'"));
    }

    [Fact]
    public async Task The_softer_sync_gives_the_same_bits()
    {
        using var folder = new TestFolder();
        var os = Durable(folder, milliseconds: 20) with { Sync = JournalSync.Os };
        await Models.LearnAsync(Models.EndOf(20), os);
        Assert.Equal(Models.SingleFingerprint(Rows), (await Models.LearnAsync(Rows, os)).Fingerprint);
        Assert.Equal(1, await folder.NumberAsync("journal.db", "SELECT journal_mode = 'wal' FROM pragma_journal_mode"));
    }

    private static DurabilityOptions Durable(TestFolder folder, int milliseconds) => Models.Memory with
    {
        DataDirectory = folder.Path,
        CheckpointInterval = TimeSpan.FromMilliseconds(milliseconds),
    };
}
