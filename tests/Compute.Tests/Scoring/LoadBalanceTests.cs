using CsCheck;
using MoE.Compute.Scoring;
using Xunit;

namespace MoE.Compute.Tests.Scoring;

public sealed class LoadBalanceTests
{
    [Fact]
    public void Even_shares_are_all_of_even_and_one_that_has_all_is_none_of_it()
    {
        Assert.Equal(new LoadBalance(4, 100, 0), LoadBalance.Of([25, 25, 25, 25]));
        Assert.Equal(new LoadBalance(4, 0, 3), LoadBalance.Of([0, 80, 0, 0]));
        Assert.Equal(new LoadBalance(1, 100, 0), LoadBalance.Of([3]));
    }

    [Fact]
    public void Two_of_four_that_share_all_are_half_of_even() =>
        Assert.Equal(50, LoadBalance.Of([1, 1, 0, 0])!.Entropy, 10);

    [Fact]
    public void An_expert_below_a_tenth_of_an_even_part_is_dead() =>
        Assert.Equal(1, LoadBalance.Of([100, 100, 100, 7])!.Dead);

    [Fact]
    public void Before_anything_was_routed_there_is_no_balance()
    {
        Assert.Null(LoadBalance.Of([]));
        Assert.Null(LoadBalance.Of([0, 0]));
    }

    [Fact]
    public void The_unit_of_the_shares_and_their_order_do_not_matter() =>
        Gen.Double[0, 10].Array[1, 20].Where(s => s.Sum() > 0.1).Sample(shares =>
        {
            var balance = LoadBalance.Of(shares)!;
            var other = LoadBalance.Of([.. shares.Reverse().Select(s => 1000 * s)])!;
            Assert.InRange(balance.Entropy, 0, 100 + 1e-9);
            Assert.Equal(balance.Entropy, other.Entropy, 6);
        });
}
