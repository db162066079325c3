using MoE.Actors.Gate;
using Xunit;

namespace MoE.Actors.Tests.Gate;

public sealed class ReportCollectorTests
{
    private readonly ReportCollector<string> _reports = new();

    [Fact]
    public void Nothing_is_collected_before_somebody_asks()
    {
        Assert.False(_reports.Begin());
        Assert.False(_reports.Awaits(1));
        Assert.Null(_reports.Take(1, "f", [1]));
    }

    [Fact]
    public void The_fingerprints_are_there_once_every_member_has_given_its_own_in_the_members_order()
    {
        _reports.Ask("a");
        Assert.True(_reports.IsAsked);
        Assert.True(_reports.Begin());
        Assert.False(_reports.Begin());
        Assert.Null(_reports.Take(7, "seven", [3, 7]));
        Assert.Equal((true, false), (_reports.Awaits(3), _reports.Awaits(7)));
        Assert.Equal(["three", "seven"], _reports.Take(3, "three", [3, 7]));
        _reports.Ask("b");
        Assert.Equal(["a", "b"], _reports.End());
        Assert.False(_reports.IsAsked);
        Assert.False(_reports.Begin());
    }
}
