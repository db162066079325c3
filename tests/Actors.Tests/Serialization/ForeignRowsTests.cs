using Akka.Configuration;
using MoE.Actors.Inspection;
using MoE.Actors.Storage;
using MoE.Actors.Tests.Inspection;
using Xunit;

namespace MoE.Actors.Tests.Serialization;

/// <summary>Rows of the database that somebody else wrote, or that say so.</summary>
public sealed class ForeignRowsTests : IDisposable
{
    private const string Assembly = "Nobody.Has.This";
    private const string ForeignType = $"Some.Event, {Assembly}";

    // Akka's own serializer of JSON, which makes whatever type the manifest names.
    private const string Json = "1";

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    private readonly List<string> _lookedUp = [];

    public ForeignRowsTests() => AppDomain.CurrentDomain.AssemblyResolve += Note;

    public void Dispose() => AppDomain.CurrentDomain.AssemblyResolve -= Note;

    [Theory]
    [InlineData(Json, ForeignType, "serializer 1")]
    [InlineData("7301", ForeignType, "serializer 7301")]
    [InlineData("7399", "moe.epoch-started.1", "serializer 7399")]
    [InlineData("NULL", ForeignType, "no serializer")]
    public async Task A_first_event_that_is_not_ours_does_not_hide_a_checkpoint(string id, string manifest, string name)
    {
        using var folder = await StoredAsync();
        await folder.ExecuteAsync("journal.db", $"UPDATE journal SET identifier = {id}, manifest = '{manifest}' "
            + "WHERE sequence_number = (SELECT min(sequence_number) FROM journal WHERE deleted = 0)");
        var stored = await StoredModels.ReadAsync(folder);
        Assert.Matches($"^Event [0-9]+ of the log is damaged: it was written by {name} under the manifest "
            + $"'{manifest}', which are not moe's.$", Assert.Single(stored.Damages));
        Assert.Equal(30, stored.NewestWhole!.Progress.LastBatch);
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(45)), await StoredModels.GoOnAsync(folder, 45));
        Assert.Empty(_lookedUp);
    }

    [Fact]
    public async Task A_last_event_that_is_not_ours_is_refused_by_name()
    {
        using var folder = await StoredAsync();
        await folder.ExecuteAsync("journal.db", $"UPDATE journal SET identifier = {Json}, manifest = '{ForeignType}' "
            + "WHERE sequence_number = (SELECT max(sequence_number) FROM journal)");
        var error = await Assert.ThrowsAsync<ModelException>(
            () => Models.StartAsync(StoredModels.Durable(folder), null, Quiet));
        Assert.Matches("^[^:]+: Event [0-9]+ of the log is damaged: it was written by serializer 1 under the manifest "
            + $"'{ForeignType}', which are not moe's. Checkpoint 20 is stored: ", error.Message);
        Assert.Empty(_lookedUp);
    }

    [Theory]
    [InlineData("gate")]
    [InlineData("expert-fern")]
    public async Task An_image_that_is_not_ours_is_refused_by_name_and_the_checkpoint_before_it_serves(string part)
    {
        using var folder = await StoredAsync();
        await folder.ExecuteAsync("snapshots.db", $"UPDATE snapshot SET serializer_id = {Json}, "
            + $"manifest = '{ForeignType}' WHERE persistence_id = 'model-default-{part}' AND sequence_number = 30");
        var picture = ModelDescription.Of(await StoredModels.ReadAsync(folder));
        Assert.Equal($"Checkpoint 30: image 30 of model-default-{part} cannot be read: it was written by serializer 1 "
            + $"under the manifest '{ForeignType}', which are not moe's.", Assert.Single(picture.Damages));
        Assert.Equal(20, picture.Batch);
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(45)), await StoredModels.GoOnAsync(folder, 45));
        Assert.Empty(_lookedUp);
    }

    [Fact]
    public void A_manifest_is_shown_on_one_line_and_cut_where_it_is_long()
    {
        var problem = StoredRows.Problem(7301, 7301, "a\nb" + new string('x', 500), [])!;
        Assert.Equal("it was written by serializer 7301 under the manifest 'a?b" + new string('x', 77)
            + "...', which are not moe's", problem);
        Assert.Null(StoredRows.Problem(7301, 7301, "moe.epoch-started.1", []));
        Assert.Equal("it has no content", StoredRows.Problem(7301, 7301, "moe.epoch-started.1", null));
    }

    private static async Task<TestFolder> StoredAsync() => (await StoredModels.WithCheckpointsAsync(3)).Folder;

    private System.Reflection.Assembly? Note(object? sender, ResolveEventArgs asked)
    {
        if (asked.Name.StartsWith(Assembly, StringComparison.Ordinal))
            _lookedUp.Add(asked.Name);
        return null;
    }
}
