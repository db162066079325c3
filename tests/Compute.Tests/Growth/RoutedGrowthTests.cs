using MoE.Compute.Batches;
using MoE.Compute.Experts;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;
using Xunit;

namespace MoE.Compute.Tests.Growth;

public sealed class RoutedGrowthTests
{
    private const int Window = 4;
    private const int Interval = 1024;
    private const int Checked = Interval / AnsweredBatch.Rows;

    private static readonly float[] Good = AnsweredBatch.Saying(_ => 0.9f);
    private static readonly float[] Bad = AnsweredBatch.Saying(_ => 0.2f);

    private static readonly Roster Pool = Roster.Of(new MixtureOptions
    {
        Pool =
        [
            new("fern", ExpertRole.Shared, "fern"),
            .. Enumerable.Range(1, 3).Select(i => new ExpertSpec($"bank-{i}", ExpertRole.Routed, "mlp hidden=8")),
            new("other", ExpertRole.Routed, "mlp hidden=9"),
        ],
    });

    [Fact]
    public void An_expert_that_is_never_chosen_is_replaced_by_a_copy_of_the_busiest()
    {
        var policy = Observed(
            Checked, k: 1, row => [row % 8 == 0 ? 0 : row % 2 == 0 ? 2 : 3], [null, Bad, null, Good, Good]);
        Assert.Empty(policy.Due(Checked + Window - 1, Pool));
        var due = policy.Due(Checked + Window, Pool);
        Assert.Equal(["retire bank-2", "add --clone other --noise 0.01"], due.Select(Text));
        Assert.All(due, command => Assert.Equal(
            "'bank-2' got 0 of 1,024 routed rows, less than a tenth of an even share; 'other' got 512, the most",
            command.Reason));
        Assert.Empty(policy.Due(Checked + Window + 1, Pool));
    }

    [Fact]
    public void Two_that_have_become_the_same_are_one_from_then_on()
    {
        var policy = Observed(Checked, k: 4, _ => [3, 2, 1, 0], [null, Good, Bad, Good, Good]);
        var retire = Assert.Single(policy.Due(Checked + Window, Pool));
        Assert.Equal("retire bank-3", Text(retire));
        Assert.Equal(
            "it has become the same as 'bank-1': of 1,024 rows that both got, they agreed on 1,024", retire.Reason);
    }

    [Fact]
    public void Two_of_the_same_classes_but_other_probabilities_are_not_the_same()
    {
        var near = AnsweredBatch.Saying(_ => 0.88f);
        var policy = Observed(Checked, k: 4, _ => [0, 1, 2, 3], [null, Good, near, Bad, Good]);
        Assert.Empty(policy.Due(Checked + Window, Pool));
    }

    [Fact]
    public void A_step_about_an_expert_that_went_meanwhile_falls_away()
    {
        var policy = Observed(Checked, k: 4, _ => [0, 1, 2, 3], [null, Good, Bad, Good, Good]);
        var without = new Roster([.. Pool.Members.Where(m => m.Spec.Id != "bank-3")], Pool.NextKey);
        Assert.Empty(policy.Due(Checked + Window, without));
    }

    [Fact]
    public void A_step_follows_an_expert_that_has_another_name_by_now()
    {
        var policy = Observed(Checked, k: 4, _ => [0, 1, 2, 3], [null, Good, Bad, Good, Good]);
        var renamed = new Roster([.. Pool.Members.Select(m => m.Spec.Id == "bank-3"
            ? m with { Spec = m.Spec with { Id = "new-name" } } : m)], Pool.NextKey);
        Assert.Equal("retire new-name", Text(Assert.Single(policy.Due(Checked + Window, renamed))));
    }

    private static GrowthPolicy Observed(int batches, int k, Func<int, int[]> choose, float[]?[] answers)
    {
        var policy = new GrowthPolicy(new GrowthOptions { Interval = Interval }, Window, Pool, new Prequential());
        for (var number = 1; number <= batches; number++)
        {
            var batch = AnsweredBatch.Of(number, Pool, k, choose);
            policy.Observe(batch, answers, new Predictions(number, new int[batch.Rows], [], 0));
        }
        return policy;
    }

    private static string Text(RosterCommand command) =>
        RosterText.Of(command with { Reason = RosterCommand.NoReason });
}
