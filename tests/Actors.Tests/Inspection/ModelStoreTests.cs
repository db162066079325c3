using MoE.Actors.Inspection;
using Xunit;

namespace MoE.Actors.Tests.Inspection;

public sealed class ModelStoreTests
{
    [Fact]
    public async Task A_whole_model_has_the_fingerprint_of_the_run_that_ended_with_it()
    {
        var (folder, fingerprint) = await StoredModels.WithCheckpointsAsync(3);
        using var _ = folder;
        var picture = await PictureAsync(folder);
        Assert.Empty(picture.Damages);
        Assert.Equal((fingerprint, 30), (picture.Fingerprint, picture.Batch));
        Assert.Equal([30, 20], picture.Checkpoints.Select(c => c.Batch));
        Assert.Equal((3, 21, 30), (picture.Epoch, picture.Log!.FirstBatch, picture.Log.LastBatch));
        Assert.Equal((480, 480, 4), (picture.Rows, picture.Scores!.Rows, picture.Refused));
        Assert.Equal(["hat", "fern", "memory"], picture.Roster.Take(3).Select(e => e.Spec.Id));
        Assert.Equal(await folder.NumberAsync("journal.db", "SELECT count(*) FROM journal WHERE deleted = 0"),
            picture.Log.Events);
        Assert.Equal(
            await folder.NumberAsync("journal.db", "SELECT sum(length(message)) FROM journal WHERE deleted = 0"),
            picture.Log.Bytes);
    }

    [Fact]
    public async Task Looking_changes_neither_log_nor_images()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(2);
        using var kept = folder;
        var before = await TotalsAsync(folder);
        await PictureAsync(folder);
        Assert.Equal(before, await TotalsAsync(folder));
        Assert.Equal(2, (await PictureAsync(folder)).Epoch);
    }

    [Fact]
    public async Task A_folder_without_a_model_is_refused_and_stays_as_it_was()
    {
        using var folder = new TestFolder();
        var error = await Assert.ThrowsAsync<ModelException>(() => StoredModels.ReadAsync(folder));
        Assert.Equal($"{folder.Path} holds no model: there is no journal.db in it.", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_model_that_runs_is_in_use()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(1);
        using var kept = folder;
        await using var running = await Models.StartAsync(StoredModels.Durable(folder));
        var error = await Assert.ThrowsAsync<ModelException>(() => StoredModels.ReadAsync(folder));
        Assert.Contains("is in use by another moe process", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gate")]
    [InlineData("expert-fern")]
    public async Task A_damaged_image_is_named_and_the_checkpoint_before_it_is_still_told_of(string part)
    {
        var (folder, fingerprint) = await StoredModels.WithCheckpointsAsync(2);
        using var _ = folder;
        await StoredModels.GoOnAsync(folder, 30);
        await StoredModels.DamageImageAsync(folder, part, 30);
        var picture = await PictureAsync(folder);
        Assert.StartsWith($"Checkpoint 30: image 30 of model-default-{part} cannot be read: its checksum is ",
            Assert.Single(picture.Damages), StringComparison.Ordinal);
        Assert.Equal((20, fingerprint), (picture.Batch, picture.Fingerprint));
        Assert.Single(picture.Checkpoints[0].Damages);
        Assert.Empty(picture.Checkpoints[1].Damages);
    }

    [Fact]
    public async Task Every_damage_is_named()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(3);
        using var kept = folder;
        await StoredModels.DamageImageAsync(folder, "expert-fern", 20);
        await folder.ExecuteAsync("snapshots.db", "DELETE FROM snapshot WHERE persistence_id = "
            + "'model-default-expert-hat' AND sequence_number = 30");
        await StoredModels.DamageEventAsync(folder, "min(sequence_number) + 2");
        var picture = await PictureAsync(folder);
        Assert.Collection(picture.Damages,
            d => Assert.Matches("^Event [0-9]+ of the log is damaged: its checksum is", d),
            d => Assert.Equal("Checkpoint 30: image 30 of model-default-expert-hat is not there.", d),
            d => Assert.StartsWith("Checkpoint 20: image 20 of model-default-expert-fern cannot be read", d,
                StringComparison.Ordinal));
        Assert.Equal((null, 480), (picture.Fingerprint, picture.Rows));
    }

    [Fact]
    public async Task Damaged_pages_of_a_file_are_told()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(2);
        using var kept = folder;
        var path = Path.Combine(folder.Path, "snapshots.db");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(bytes.Length / 2, bytes.Length / 4).Fill(0xFF);
        await File.WriteAllBytesAsync(path, bytes);
        Assert.Contains((await PictureAsync(folder)).Damages,
            d => d.StartsWith("snapshots.db is damaged: ", StringComparison.Ordinal));
    }

    private static async Task<ModelDescription> PictureAsync(TestFolder folder) =>
        ModelDescription.Of(await StoredModels.ReadAsync(folder));

    private static async Task<(long, long, long)> TotalsAsync(TestFolder folder) => (
        await folder.NumberAsync("journal.db", "SELECT count(*) FROM journal"),
        await folder.NumberAsync("journal.db", "SELECT max(sequence_number) FROM journal"),
        await folder.NumberAsync("snapshots.db", "SELECT count(*) FROM snapshot"));
}
