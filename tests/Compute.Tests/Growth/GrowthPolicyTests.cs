using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Compute.Tests.Growth;

public sealed class GrowthPolicyTests
{
    private const int Change = GrowingMixture.Rows / 3;

    /// <summary>Bytes of a copy of "averaged": (4 · 32 + 16 · 16) numbers, their averages and two moments of each.</summary>
    private const long OneCopy = 4 * 4 * ((4 * 32) + (16 * 16));

    private static readonly GrowthOptions OnlyFalls = new() { Interval = 1_000_000 };
    private static readonly GrowthOptions Often = new() { Interval = 512, Budget = 3 };

    [Fact]
    public void After_a_fall_of_accuracy_the_specialist_of_before_is_archived()
    {
        var growing = new GrowingMixture(OnlyFalls).LearnTo(Change + 2000);
        var joined = Assert.Single(growing.Changes, c => c.Action == RosterAction.Frozen);
        Assert.Equal(ExpertRole.Archived, joined.Member.Spec.Role);
        Assert.Equal(2, joined.Member.Parent);
        Assert.InRange((joined.Member.Since - 1) * 64, Change - 3 * 1024, Change);
        Assert.InRange(joined.From * 64, Change, Change + 2000);
        Assert.Matches(@"^accuracy fell from \d+\.\d % to \d+\.\d % at about row [78],\d{3}; the specialist of before "
            + "is kept$", joined.Reason);
        Assert.Equal(joined.Reason.Split(';')[0], growing.Drifts.Last());
    }

    [Theory]
    [InlineData(GrowthDetector.Adwin, GrowthWatch.Mixture, "accuracy fell from ", 2)]
    [InlineData(GrowthDetector.PageHinkley, GrowthWatch.Mixture, "log loss rose at about row ", 2)]
    [InlineData(GrowthDetector.Both, GrowthWatch.Mixture, "", 2)]
    [InlineData(GrowthDetector.Adwin, GrowthWatch.Experts, "accuracy of plain fell from ", 1)]
    public void Whatever_is_watched_a_specialist_of_before_a_change_is_archived(
        GrowthDetector detector, GrowthWatch watch, string reason, long parent)
    {
        const int changes = GrowingMixture.Rows / 4;
        var options = OnlyFalls with { Detector = detector, Watch = watch };
        var growing = new GrowingMixture(options, "agrawal").LearnTo(changes + 1000);
        var joined = Assert.Single(growing.Changes,
            c => c.Action == RosterAction.Frozen && c.From * 64 > changes && c.Member.Parent == parent);
        Assert.StartsWith(reason, joined.Reason, StringComparison.Ordinal);
        Assert.EndsWith("; the specialist of before is kept", joined.Reason, StringComparison.Ordinal);
        Assert.InRange((joined.Member.Since - 1) * 64, changes - 3 * 1024, changes);
        Assert.Contains(joined.Reason.Split(';')[0], growing.Drifts);
    }

    [Fact]
    public void An_archived_expert_stays_as_it_joined()
    {
        var growing = new GrowingMixture(new GrowthOptions { Interval = 1024 }).LearnTo(3000);
        var archived = growing.Mixture.Roster.Members.Last(m => m is { Mode: ExpertMode.Frozen });
        var before = ImageOf(growing.Mixture, archived);
        growing.LearnTo(6000);
        Assert.Equal(before, ImageOf(growing.Mixture, archived));
    }

    [Fact]
    public void The_budget_is_never_exceeded_and_three_reserves_are_held_at_most()
    {
        var growing = new GrowingMixture(Often);
        growing.LearnTo(GrowingMixture.Rows, () =>
        {
            Assert.InRange(Archived(growing.Mixture, ExpertMode.Frozen), 0, 3);
            Assert.InRange(Archived(growing.Mixture, ExpertMode.Reserve), 0, 3);
        });
        Assert.Equal(3, Archived(growing.Mixture, ExpertMode.Frozen));
        Assert.True(growing.Changes.Count(c => c.Action == RosterAction.Added) > 20);
        var gone = growing.Changes.Where(
            c => c is { Action: RosterAction.Retired, Member.Spec.Role: ExpertRole.Archived });
        Assert.All(gone, c => Assert.StartsWith("3 experts are archived, the budget; ", c.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_pool_that_is_larger_than_a_new_budget_shrinks_to_it()
    {
        var growing = new GrowingMixture(Often).LearnTo(8000);
        growing.Reload(Often with { Budget = 1 });
        growing.LearnTo(10_000);
        Assert.Equal(1, Archived(growing.Mixture, ExpertMode.Frozen));
    }

    [Fact]
    public void A_budget_of_none_archives_none()
    {
        var growing = new GrowingMixture(Often with { Budget = 0 }).LearnTo(GrowingMixture.Rows);
        Assert.DoesNotContain(growing.Mixture.Roster.Members, m => m.Spec.Role == ExpertRole.Archived);
        Assert.NotEmpty(growing.Drifts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(OneCopy - 1)]
    public void A_copy_that_is_over_the_budget_of_bytes_by_itself_does_not_come(long bytes)
    {
        var growing = new GrowingMixture(Often with { BudgetBytes = bytes }).LearnTo(GrowingMixture.Rows);
        Assert.DoesNotContain(growing.Mixture.Roster.Members, m => m.Spec.Role == ExpertRole.Archived);
    }

    [Fact]
    public void The_budget_of_bytes_is_never_exceeded_and_a_replay_decides_the_same()
    {
        var two = Often with { BudgetBytes = (3 * OneCopy) - 1 };
        var (unbroken, broken) = (new GrowingMixture(two), new GrowingMixture(two));
        unbroken.LearnTo(GrowingMixture.Rows, () => Assert.InRange(Archived(unbroken.Mixture, ExpertMode.Frozen), 0, 2));
        broken.LearnTo(GrowingMixture.Rows, () => broken.Reload());
        Assert.Equal(2, Archived(unbroken.Mixture, ExpertMode.Frozen));
        Assert.Contains(unbroken.Changes, c => c.Reason.StartsWith(
            "2 archived experts and one more have 18,432 bytes, over the budget of 18,431; it says the same on ",
            StringComparison.Ordinal));
        Assert.Equal(unbroken.Changes, broken.Changes);
        Assert.Equal(unbroken.Mixture.Fingerprint(), broken.Mixture.Fingerprint());
    }

    [Fact]
    public void A_pool_without_networks_is_left_alone()
    {
        var source = new Gating.RowStream(3, 1, 3, seed: 1);
        var mixture = new Mixture(source.Schema, new MixtureOptions
        {
            Pool = [new("fern", ExpertRole.Shared, "fern count=8 depth=3")],
            Growth = Often,
        });
        for (var i = 0; i < 100; i++)
            mixture.Learn(source.Next(50));
        Assert.Single(mixture.Roster.Members);
    }

    [Fact]
    public void Suggestions_change_nothing_and_are_commands_of_the_pool()
    {
        var told = new GrowingMixture(OnlyFalls with { Mode = GrowthMode.Suggest }).LearnTo(Change + 2000);
        var off = new GrowingMixture(GrowthOptions.Off).LearnTo(Change + 2000);
        Assert.Empty(told.Changes);
        Assert.Equal(off.Mixture.Fingerprint(), told.Mixture.Fingerprint());
        Assert.Empty(off.Drifts);
        Assert.Contains(told.Drifts, text => text.StartsWith("accuracy fell from ", StringComparison.Ordinal));
        Assert.Contains(told.Drifts, text => text.StartsWith(
            "suggested: add --role archived --clone averaged --frozen (accuracy fell from ", StringComparison.Ordinal));
    }

    [Fact]
    public void Off_leaves_the_pool_and_the_image_as_they_were_without_growth()
    {
        var off = new GrowingMixture(GrowthOptions.Off).LearnTo(8192);
        Assert.Empty(off.Changes);
        Assert.Null(GateImage.Split(off.Mixture.ToModelFile().Gate).Growth);
        Assert.Empty(off.Mixture.Gate.DueChanges());
    }

    [Fact]
    public void Until_the_first_change_growth_leaves_every_number_as_it_is()
    {
        var (on, off) = (new GrowingMixture(new GrowthOptions()), new GrowingMixture(GrowthOptions.Off));
        Assert.Equal(off.LearnTo(1000).Mixture.Fingerprint(), on.LearnTo(1000).Mixture.Fingerprint());
    }

    private static int Archived(Mixture mixture, ExpertMode mode) =>
        mixture.Roster.Members.Count(m => m.Mode == mode && m.Spec.Role == ExpertRole.Archived);

    private static byte[] ImageOf(Mixture mixture, Member member)
    {
        var model = mixture.ToModelFile();
        return model.Experts[model.Roster.PlaceOf(member.Key)].ToArray();
    }
}
