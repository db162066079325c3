using Akka.Configuration;
using MoE.Actors.Tests.Inspection;
using Xunit;

namespace MoE.Actors.Tests;

public sealed class DamageTests
{
    private const int Rows = 1500;
    private const int Races = 10;
    private const string Discards = "SELECT count(*) FROM journal WHERE manifest = 'moe.checkpoint-discarded.1'";

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Theory]
    [InlineData("gate")]
    [InlineData("expert-fern")]
    [InlineData("expert-bank-3")]
    public async Task A_damaged_image_of_the_newest_checkpoint_costs_nothing(string part)
    {
        using var folder = await StoredAsync(checkpoints: 3);
        await StoredModels.DamageImageAsync(folder, part, 30);
        await AssertGoesOnAsync(folder);
    }

    // The second expert may tell of its damage before, while or after the gate goes back for the first one's.
    [Fact]
    public async Task Two_damaged_images_of_the_newest_checkpoint_cost_one_step_back()
    {
        using var stored = await StoredAsync(checkpoints: 3);
        foreach (var part in (string[])["expert-fern", "expert-bank-3"])
            await StoredModels.DamageImageAsync(stored, part, 30);
        for (var i = 0; i < Races; i++)
        {
            using var folder = new TestFolder();
            stored.CopyTo(folder);
            Assert.Equal(Models.SingleFingerprint(Models.EndOf(45)), await StoredModels.GoOnAsync(folder, 45));
            Assert.Equal(1, await folder.NumberAsync("journal.db", Discards));
        }
    }

    [Fact]
    public async Task An_image_that_is_missing_costs_nothing_either()
    {
        using var folder = await StoredAsync(checkpoints: 3);
        await folder.ExecuteAsync("snapshots.db", "DELETE FROM snapshot WHERE sequence_number = 30");
        await AssertGoesOnAsync(folder);
    }

    [Fact]
    public async Task An_image_in_the_place_of_another_is_not_taken_for_it()
    {
        using var folder = await StoredAsync(checkpoints: 3);
        await folder.ExecuteAsync("snapshots.db",
            "UPDATE snapshot SET snapshot = (SELECT snapshot FROM snapshot s WHERE s.persistence_id = "
            + "'model-default-expert-bank-1' AND s.sequence_number = 30) "
            + "WHERE persistence_id = 'model-default-expert-bank-2' AND sequence_number = 30");
        await AssertGoesOnAsync(folder);
    }

    [Fact]
    public async Task Without_any_image_a_log_that_is_whole_rebuilds_the_model_from_the_beginning()
    {
        using var folder = await StoredAsync(checkpoints: 1);
        foreach (var file in Directory.GetFiles(folder.Path, "snapshots.db*"))
            File.Delete(file);
        await AssertGoesOnAsync(folder);
    }

    [Fact]
    public async Task Two_damaged_checkpoints_are_refused_with_what_is_damaged()
    {
        using var folder = await StoredAsync(checkpoints: 3);
        await folder.ExecuteAsync("snapshots.db", $"UPDATE snapshot SET snapshot = {StoredModels.Flipped("snapshot")} "
            + "WHERE persistence_id = 'model-default-expert-hat'");
        var error = await Assert.ThrowsAsync<ModelException>(
            () => Models.StartAsync(StoredModels.Durable(folder), null, Quiet));
        Assert.StartsWith($"{folder.Path}: No checkpoint is intact (checkpoint 30: image 30 of "
            + "model-default-expert-hat cannot be read: its checksum is", error.Message, StringComparison.Ordinal);
        Assert.Contains("; checkpoint 20: image 20 of", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; restore the data from a backup, or start with another data directory (or moe.model).",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_that_cannot_be_reached_stop_the_model_and_discard_nothing()
    {
        using var folder = await StoredAsync(checkpoints: 3);
        var unreachable = Quiet.WithFallback(ConfigurationFactory.ParseString(
            $"akka.persistence.snapshot-store.moe.class = \"{typeof(UnreachableSnapshots).AssemblyQualifiedName}\""));
        var error = await Assert.ThrowsAsync<ModelException>(
            () => Models.StartAsync(StoredModels.Durable(folder), null, unreachable));
        Assert.Contains($"cannot be read: {UnreachableSnapshots.Reason}", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await folder.NumberAsync("journal.db", Discards));
        await AssertGoesOnAsync(folder);
    }

    [Fact]
    public async Task A_connection_that_breaks_while_images_are_looked_for_is_not_taken_for_damage()
    {
        using var folder = await StoredAsync(checkpoints: 3);
        var breaking = Quiet.WithFallback(ConfigurationFactory.ParseString(
            $"akka.persistence.snapshot-store.moe.class = \"{typeof(BreakingSnapshots).AssemblyQualifiedName}\""));
        await using (await Models.StartAsync(StoredModels.Durable(folder), null, breaking))
            Assert.Equal(0, await folder.NumberAsync("journal.db", Discards));
        await AssertGoesOnAsync(folder);
    }

    [Fact]
    public async Task Damage_in_the_log_before_the_newest_checkpoint_costs_nothing()
    {
        using var folder = await StoredAsync(checkpoints: 3);
        await folder.ExecuteAsync("journal.db", $"UPDATE journal SET message = {StoredModels.Flipped("message")} "
            + "WHERE sequence_number = (SELECT min(sequence_number) FROM journal WHERE deleted = 0)");
        await AssertGoesOnAsync(folder);
    }

    [Fact]
    public async Task Damage_in_the_log_behind_the_newest_checkpoint_is_refused_with_the_checkpoint_that_is_whole()
    {
        using var folder = await StoredAsync(checkpoints: 3);
        await folder.ExecuteAsync("journal.db", $"UPDATE journal SET message = {StoredModels.Flipped("message")} "
            + "WHERE sequence_number = (SELECT max(sequence_number) FROM journal)");
        var error = await Assert.ThrowsAsync<ModelException>(
            () => Models.StartAsync(StoredModels.Durable(folder), null, Quiet));
        Assert.Matches("Event [0-9]+ of the log is damaged: its checksum is [0-9a-f]{8} where [0-9a-f]{8} was stored. "
            + "Checkpoint 20 is stored: 'moe export' extracts it", error.Message);
    }

    /// <summary>A data directory with a checkpoint every ten batches.</summary>
    private static async Task<TestFolder> StoredAsync(int checkpoints) =>
        (await StoredModels.WithCheckpointsAsync(checkpoints)).Folder;

    private static async Task AssertGoesOnAsync(TestFolder folder)
    {
        foreach (var rows in (int[])[Models.EndOf(45), Rows])
            Assert.Equal(Models.SingleFingerprint(rows),
                (await Models.LearnAsync(rows, StoredModels.Durable(folder), null, Quiet)).Fingerprint);
    }
}
