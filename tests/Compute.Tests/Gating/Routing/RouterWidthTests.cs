using MoE.Compute.Gating;
using MoE.Compute.Gating.Routing;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

public sealed class RouterWidthTests
{
    [Theory]
    [InlineData(RouterKind.Linear, 40, 16)]
    [InlineData(RouterKind.Linear, 7, 64)]
    [InlineData(RouterKind.Switch, 40, 32)]
    [InlineData(RouterKind.Competence, 33, 16)]
    [InlineData(RouterKind.Dense, 5, 48)]
    public void All_widths_give_the_same_bits(RouterKind kind, int experts, int stride)
    {
        var options = new RouterOptions { Kind = kind, Capacity = 1.3f };
        var expected = Run<Lanes16>(options, experts, stride);
        Assert.Equal(expected, Run<Pair<Lanes8>>(options, experts, stride));
        Assert.Equal(expected, Run<Pair<Pair<Lanes4>>>(options, experts, stride));
    }

    [Fact]
    public void Sixteen_scores_at_once_have_the_bits_of_one_after_the_other()
    {
        foreach (var (experts, stride, features) in ((int, int, int)[])[(16, 16, 3), (50, 16, 16), (20, 64, 47)])
        {
            var scores = new RouterScores<Lanes16>(experts, stride);
            var random = new Random(stride);
            foreach (ref var g in scores.G.AsSpan())
                g = (20f * random.NextSingle()) - 10f;
            var version = new RouterVersion<Lanes16>(experts, stride);
            version.Take(scores);
            var bank = version.Bank([]);
            var sixteen = new float[bank.Experts];
            foreach (var phi in Routers.Rows(random, 50, features, stride))
            {
                Assert.Equal(features, RouterBank.Features(phi));
                for (var group = 0; group < bank.Groups; group++)
                    bank.Scores<Lanes16>(group, phi, features).Store(ref sixteen[group * ClassVectors.Block], 0);
                for (var e = 0; e < experts; e++)
                    Assert.Equal(
                        BitConverter.SingleToInt32Bits(scores.Of(e, phi)), BitConverter.SingleToInt32Bits(sixteen[e]));
            }
        }
    }

    private static (string Choices, string State) Run<L>(RouterOptions options, int experts, int stride)
        where L : struct, ILanes<L>
    {
        var roster = Routers.Pool(experts);
        var router = new Router<L>(options, roster, stride, 2, seed: 3);
        var choices = new List<int>();
        for (var batch = 1; batch < 20; batch++)
        {
            if (batch == 10)
                roster = roster.With(new RosterChange(10, RosterAction.Added, Routers.Expert(80, from: 10), ""));
            choices.AddRange(Routers.Walk(
                router, roster, batch, Routers.Rows(new Random(batch), 20, stride - 3, stride),
                (phi, e) => phi[1 + (e % 9)] > 0f ? 0.8f : 0.2f).SelectMany(chosen => chosen));
        }
        return (string.Join(',', choices), Fingerprints.Of(router.Save));
    }
}
