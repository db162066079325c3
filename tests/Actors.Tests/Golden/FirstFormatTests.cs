using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.ModelFiles;
using Xunit;

namespace MoE.Actors.Tests.Golden;

/// <summary>
/// A data directory and a model file as the first version wrote them. They stand for those of users: the files of
/// format 1 are never made anew, and neither are the fingerprints here ever changed. A version that cannot open them,
/// or goes on to other bits, must not be released. CONTRIBUTING.md says how a later format gets files of its own.
/// </summary>
public sealed class FirstFormatTests
{
    private const string Variable = "MOE_GOLDEN";
    private const string AtCheckpoint = "76795b4c034ebf5a";
    private const string AtTheEnd = "f0e2944e87468b44";

    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "Golden", "format-1");

    [Fact]
    public async Task The_directory_opens_with_the_numbers_that_it_was_left_with()
    {
        using var folder = Copied();
        await using var mixture = await FirstFormat.OpenAsync(folder.Path);
        Assert.Equal(AtTheEnd, (await mixture.ReportAsync()).Fingerprint);
    }

    [Fact]
    public async Task The_directory_goes_on_to_the_bits_of_an_unbroken_run()
    {
        using var folder = Copied();
        await using var mixture = await FirstFormat.OpenAsync(folder.Path);
        Assert.Equal(FirstFormat.Unbroken(FirstFormat.AllRows),
            await FirstFormat.LearnAsync(mixture, FirstFormat.AllRows));
    }

    [Fact]
    public async Task The_directory_is_whole_and_its_log_leads_to_its_checkpoint()
    {
        using var folder = Copied();
        AssertIsGolden(await ModelStore.ReadAsync(FirstFormat.Durable(folder.Path), CancellationToken.None));
    }

    [Fact]
    public void The_model_file_goes_on_to_the_bits_of_an_unbroken_run()
    {
        var mixture = Mixture.Load(Path.Combine(Files, "model.moe"), FirstFormat.Options.Growth);
        Assert.Equal(AtCheckpoint, mixture.Fingerprint());
        using var source = FirstFormat.Rows(FirstFormat.AllRows, mixture.Gate.Scores().Rows);
        source.SkipTo(mixture.Offset);
        while (source.Read(FirstFormat.Options.Batch) is { } rows)
            mixture.Learn(rows);
        Assert.Equal(FirstFormat.Unbroken(FirstFormat.AllRows), mixture.Fingerprint());
    }

    [Fact]
    public async Task The_model_file_can_be_imported()
    {
        using var folder = new TestFolder();
        var file = ModelFile.Read(Path.Combine(Files, "model.moe"));
        await ModelStore.ImportAsync(file, FirstFormat.Durable(folder.Path), CancellationToken.None);
        await using var mixture = await FirstFormat.OpenAsync(folder.Path);
        Assert.Equal(AtTheEnd, await FirstFormat.LearnAsync(mixture, FirstFormat.LastRows));
    }

    /// <summary>Makes such files; where the variable names a folder, they are put there, to be kept.</summary>
    [Fact]
    public async Task A_directory_that_is_made_now_has_the_same_numbers()
    {
        using var folder = new TestFolder();
        await FirstFormat.MakeAsync(folder);
        var stored = await ModelStore.ReadAsync(FirstFormat.Durable(folder.Path), CancellationToken.None);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } kept)
            foreach (var file in Directory.GetFiles(folder.Path).Where(file => !file.EndsWith("-shm")))
                File.Copy(file, Path.Combine(kept, Path.GetFileName(file)));
        AssertIsGolden(stored, format: 3);
    }

    private static void AssertIsGolden(StoredModel stored, int format = 1)
    {
        var (picture, verification) = (ModelDescription.Of(stored), Verification.Of(stored));
        Assert.Empty(picture.Damages);
        Assert.Equal((format, 35), (picture.Format, picture.Log!.LastBatch));
        Assert.Equal([30, 20], picture.Checkpoints.Select(c => c.Batch));
        Assert.True(verification.Holds);
        Assert.Equal((30, AtCheckpoint, AtCheckpoint, AtTheEnd), (verification.Checkpoint, verification.Fingerprint,
            picture.Fingerprint, verification.LastFingerprint));
    }

    private static TestFolder Copied()
    {
        var folder = new TestFolder();
        foreach (var name in (string[])["journal.db", "snapshots.db"])
            File.Copy(Path.Combine(Files, name), Path.Combine(folder.Path, name));
        return folder;
    }
}
