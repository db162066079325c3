using MoE.Actors.Inspection;
using MoE.Compute.ModelFiles;
using Xunit;

namespace MoE.Actors.Tests.Inspection;

public sealed class ImportTests
{
    [Fact]
    public async Task An_imported_model_goes_on_to_the_bits_of_one_that_was_never_moved()
    {
        var file = await ExportedAsync(20);
        using var folder = new TestFolder();
        await StoredModels.ImportAsync(file, folder);
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(30)), await StoredModels.GoOnAsync(folder, 30));
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(40)), await StoredModels.GoOnAsync(folder, 40));
        var stored = await StoredModels.ReadAsync(folder);
        Assert.Empty(stored.Damages);
        Assert.True(Verification.Of(stored).Holds);
    }

    [Fact]
    public async Task An_imported_model_is_the_file_it_was_made_of()
    {
        var file = await ExportedAsync(10);
        using var folder = new TestFolder();
        await StoredModels.ImportAsync(file, folder);
        var again = (await StoredModels.ReadAsync(folder)).NewestWhole!;
        Assert.Equal(file.Fingerprint(), again.Fingerprint());
        Assert.Equal(file.Progress.Sources, again.Progress.Sources);
        Assert.Equal(file.Schema, again.Schema);
    }

    [Fact]
    public async Task A_directory_with_a_model_takes_no_other()
    {
        var (folder, fingerprint) = await StoredModels.WithCheckpointsAsync(1);
        using var _ = folder;
        var file = (await StoredModels.ReadAsync(folder)).NewestWhole!;
        var error = await Assert.ThrowsAsync<ModelException>(
            () => StoredModels.ImportAsync(file, folder));
        Assert.Equal($"{folder.Path}: A model is already stored there; give another data directory, or another "
            + "moe.model.", error.Message);
        Assert.Equal(fingerprint, await StoredModels.GoOnAsync(folder, 10));
    }

    [Fact]
    public async Task An_import_that_was_broken_off_before_its_log_can_be_repeated()
    {
        var file = await ExportedAsync(10);
        using var folder = new TestFolder();
        await StoredModels.ImportAsync(file, folder);
        await folder.ExecuteAsync("journal.db", "DELETE FROM journal");
        var error = await Assert.ThrowsAsync<ModelException>(() => StoredModels.ReadAsync(folder));
        Assert.Equal($"{folder.Path} holds no model: its log is empty.", error.Message);
        await StoredModels.ImportAsync(file, folder);
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(20)), await StoredModels.GoOnAsync(folder, 20));
    }

    [Fact]
    public async Task A_model_that_has_learned_nothing_can_be_imported()
    {
        using var folder = new TestFolder();
        await StoredModels.ImportAsync(
            new Compute.Mixture(new SeededRows(0).Schema, Models.Options).ToModelFile(), folder);
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(10)), await StoredModels.GoOnAsync(folder, 10));
    }

    private static async Task<ModelFile> ExportedAsync(int batches)
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(batches / 10);
        using var kept = folder;
        return (await StoredModels.ReadAsync(folder)).NewestWhole!;
    }
}
