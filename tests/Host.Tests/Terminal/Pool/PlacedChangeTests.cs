using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Host.Terminal.Pool;
using Xunit;

namespace MoE.Host.Tests.Terminal.Pool;

public sealed class PlacedChangeTests
{
    private static readonly Member Bank = new(3, "bank-3", new("bank-3", ExpertRole.Routed, "mlp hidden=16"));

    [Theory]
    [InlineData(RosterAction.Frozen, "frozen bank-3")]
    [InlineData(RosterAction.Thawed, "thawed bank-3")]
    [InlineData(RosterAction.Retired, "retired bank-3")]
    [InlineData(RosterAction.Demoted, "demoted bank-3 to routed")]
    [InlineData(RosterAction.Renamed, "renamed to bank-3")]
    [InlineData(RosterAction.Added, "added bank-3 (routed, mlp hidden=16)")]
    public void A_change_is_told_in_few_words(RosterAction action, string text) =>
        Assert.Equal(text, PlacedChange.Describe(new(9, action, Bank, "so"), null));

    [Fact]
    public void A_newcomer_is_told_with_its_parent_and_its_mode() => Assert.Equal(
        "added bank-3 (routed, mlp hidden=16, copy of bank-1, frozen)",
        PlacedChange.Describe(
            new(9, RosterAction.Added, Bank with { Mode = ExpertMode.Frozen }, "so"), "bank-1"));

    [Fact]
    public void A_parent_that_is_gone_is_told_as_gone()
    {
        var roster = new Roster([Bank with { Parent = 2 }], 4);
        Assert.Equal("a removed expert", roster.ParentIdOf(roster[0]));
        Assert.Null(roster.ParentIdOf(Bank));
    }
}
