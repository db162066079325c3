using MoE.Actors.Inspection;
using Xunit;

namespace MoE.Actors.Tests.Inspection;

public sealed class VerificationTests
{
    [Theory]
    [InlineData(1, "the beginning")]
    [InlineData(3, "checkpoint 20")]
    public async Task The_log_arrives_at_the_newest_checkpoint(int checkpoints, string from)
    {
        var (folder, fingerprint) = await StoredModels.WithCheckpointsAsync(checkpoints);
        using var _ = folder;
        var verification = await VerifyAsync(folder);
        Assert.True(verification.Holds);
        Assert.Equal((from, 10L * checkpoints, fingerprint, fingerprint),
            (verification.From, verification.Checkpoint, verification.Fingerprint, verification.LastFingerprint));
    }

    [Fact]
    public async Task A_part_of_the_checkpoint_that_is_not_what_the_log_makes_of_it_is_named()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(2);
        using var kept = folder;
        using var other = new TestFolder();
        var file = (await StoredModels.ReadAsync(folder)).NewestWhole!;
        var images = file.Experts.ToArray();
        (images[3], images[4]) = (images[4], images[3]);
        await StoredModels.ImportAsync(file with { Experts = images }, other);
        foreach (var bank in (string[])["bank-1", "bank-2"])
            await CopyImageAsync(other, folder, $"model-default-expert-{bank}");
        var verification = await VerifyAsync(folder);
        Assert.False(verification.Holds);
        Assert.Equal(["expert 'bank-1'", "expert 'bank-2'"], verification.Differences);
    }

    [Fact]
    public async Task An_expert_out_of_the_pool_stays_out_of_it()
    {
        using var folder = new TestFolder();
        await StoredModels.GoOnAsync(folder, 10);
        var fingerprint = await StoredModels.GoOnAsync(folder, 30, member => member.Origin != "fern"
            ? Models.NewExpert(member)
            : new FaultyExpert(Models.NewExpert(member), batch => batch.Number == 20 ? Fault.Throws : Fault.None));
        var stored = await StoredModels.ReadAsync(folder);
        var verification = Verification.Of(stored);
        Assert.True(verification.Holds);
        Assert.Equal(fingerprint, verification.LastFingerprint);
        var fern = ModelDescription.Of(stored).Roster.Single(e => e.Spec.Id == "fern");
        Assert.Equal((20, "broken by the test on batch 20"), (fern.Dropped!.From, fern.Dropped.Reason));
    }

    [Fact]
    public async Task A_log_that_is_damaged_behind_all_that_is_whole_cannot_be_walked()
    {
        var (folder, _) = await StoredModels.WithCheckpointsAsync(2);
        using var kept = folder;
        await StoredModels.DamageEventAsync(folder, "max(sequence_number)");
        await StoredModels.DamageImageAsync(folder, "gate", 10);
        Assert.Null((await VerifyAsync(folder)).From);
    }

    private static async Task<Verification> VerifyAsync(TestFolder folder) =>
        Verification.Of(await StoredModels.ReadAsync(folder));

    private static Task CopyImageAsync(TestFolder from, TestFolder to, string storageId) =>
        to.ExecuteAsync("snapshots.db", $"ATTACH '{Path.Combine(from.Path, "snapshots.db")}' AS other; "
            + "UPDATE snapshot SET snapshot = (SELECT o.snapshot FROM other.snapshot o WHERE o.persistence_id = "
            + $"'{storageId}') WHERE persistence_id = '{storageId}' AND sequence_number = 20");
}
