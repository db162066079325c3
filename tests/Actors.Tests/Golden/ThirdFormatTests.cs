using MoE.Actors.Inspection;
using MoE.Compute;
using Xunit;

namespace MoE.Actors.Tests.Golden;

/// <summary>
/// A data directory as format 3 first wrote it, with the write-ahead logs that a kill left: images that name their
/// model, under ids that no other model can have. Made once, as those of format 1, of the same rows.
/// </summary>
public sealed class ThirdFormatTests
{
    private const string AtCheckpoint = "76795b4c034ebf5a";
    private const string AtTheEnd = "f0e2944e87468b44";

    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "Golden", "format-3");

    [Fact]
    public async Task The_directory_is_whole_and_its_log_leads_to_its_checkpoint()
    {
        using var folder = Copied();
        var stored = await ModelStore.ReadAsync(FirstFormat.Durable(folder.Path), CancellationToken.None);
        var (picture, verification) = (ModelDescription.Of(stored), Verification.Of(stored));
        Assert.Empty(picture.Damages);
        Assert.Equal((3, 35), (picture.Format, picture.Log!.LastBatch));
        Assert.True(verification.Holds);
        Assert.Equal((30, AtCheckpoint, AtTheEnd),
            (verification.Checkpoint, verification.Fingerprint, verification.LastFingerprint));
        Assert.Equal(6, await folder.NumberAsync("snapshots.db",
            "SELECT count(*) FROM snapshot WHERE manifest = 'moe.image.2' AND sequence_number IN (20, 30) AND "
            + "persistence_id IN ('model-default-gate', 'model-default-expert-fern', 'model-default-expert-bank')"));
    }

    [Fact]
    public async Task The_directory_goes_on_to_the_bits_of_an_unbroken_run()
    {
        using var folder = Copied();
        await using var mixture = await FirstFormat.OpenAsync(folder.Path);
        Assert.Equal(AtTheEnd, (await mixture.ReportAsync()).Fingerprint);
        Assert.Equal(FirstFormat.Unbroken(FirstFormat.AllRows),
            await FirstFormat.LearnAsync(mixture, FirstFormat.AllRows));
    }

    [Fact]
    public void The_model_file_is_that_of_its_newest_checkpoint() =>
        Assert.Equal(AtCheckpoint,
            Mixture.Load(Path.Combine(Files, "model.moe"), FirstFormat.Options.Growth).Fingerprint());

    private static TestFolder Copied()
    {
        var folder = new TestFolder();
        foreach (var file in Directory.GetFiles(Files, "*.db*"))
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        return folder;
    }
}
