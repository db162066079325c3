using MoE.Compute.Gating;
using MoE.Compute.Gating.Routing;
using MoE.Compute.Numerics;
using MoE.Compute.Scoring;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

public sealed class RouterKindTests
{
    private const int Experts = 16;

    [Theory]
    [InlineData(RouterKind.Linear, 3)]
    [InlineData(RouterKind.Switch, 3)]
    [InlineData(RouterKind.Competence, 3)]
    [InlineData(RouterKind.Dense, Experts)]
    public void All_kinds_but_the_dense_one_ask_k_experts(RouterKind kind, int asked)
    {
        var router = Create(new() { Kind = kind, TopK = 3 });
        Assert.All(Walk(router, batches: 20), chosen =>
        {
            Assert.Equal(asked, chosen.Length);
            Assert.Equal(asked, chosen.Distinct().Count());
        });
    }

    [Fact]
    public void A_dense_router_asks_all_experts_by_their_slots() =>
        Assert.All(Walk(Create(new() { Kind = RouterKind.Dense, TopK = 1, Capacity = 1f }), batches: 3),
            chosen => Assert.Equal(Enumerable.Range(0, Experts), chosen));

    [Theory]
    [InlineData(RouterKind.Linear, 0.003f, 0f, true)]
    [InlineData(RouterKind.Linear, 0f, 0f, false)]
    [InlineData(RouterKind.Switch, 0.1f, 1f, true)]
    [InlineData(RouterKind.Switch, 0.1f, 0f, false)]
    [InlineData(RouterKind.Competence, 0.01f, 0f, true)]
    [InlineData(RouterKind.Competence, 0f, 0f, false)]
    public void A_bias_or_the_loss_of_switch_keeps_experts_alive_that_are_seldom_right(
        RouterKind kind, float biasRate, float auxiliary, bool alive)
    {
        var router = Create(new()
        {
            Kind = kind,
            TopK = 2,
            BiasRate = biasRate,
            Auxiliary = auxiliary,
            Rate = 0.1f,
        });
        var shares = new double[Experts];
        foreach (var chosen in Walk(router, batches: 600).Skip(400 * 32))
            foreach (var e in chosen)
                shares[e]++;
        var load = LoadBalance.Of(shares)!;
        if (alive)
            Assert.True(load is { Dead: 0, Entropy: > 90 }, $"{load}");
        else
            Assert.True(load.Dead > 0, $"{load}");
    }

    [Fact]
    public void A_router_by_competence_learns_who_is_right_where()
    {
        // an expert is right where its own feature is above 0, whatever probability it gives to the truth
        var router = Create(new() { Kind = RouterKind.Competence, TopK = 4, BiasRate = 0f, Rate = 0.1f });
        var random = new Random(1);
        int[] all = [.. Enumerable.Range(0, Experts)];
        foreach (var phi in Routers.Rows(random, 4000))
            router.Learn(phi, all, Routers.Weigh(router, phi, all), new float[Experts],
                [.. all.Select(e => IsRight(phi, e))]);
        router.Mark(1);
        router.Mark(2);
        var chosen = Routers.Rows(random, 500)
            .SelectMany(phi => Routers.Choose(router, Routers.Pool(Experts), 3, phi).Select(e => (phi, e))).ToList();
        Assert.InRange(chosen.Count(c => IsRight(c.phi, c.e)), 0.95 * chosen.Count, chosen.Count);
        Assert.InRange(Routers.Rows(random, 500).Average(phi => Enumerable.Range(0, Experts)
            .Count(e => IsRight(phi, e))), 7, 9);
        static bool IsRight(float[] phi, int e) => phi[1 + (e % 5)] > 0f == e < 8;
    }

    private static Router<Lanes16> Create(RouterOptions options) =>
        Routers.Create(Routers.Pool(Experts), options, window: 1);

    /// <summary>The first four experts are good everywhere, and the others hardly ever.</summary>
    private static List<int[]> Walk(Router<Lanes16> router, int batches)
    {
        var (random, roster) = (new Random(5), Routers.Pool(Experts));
        return [.. Enumerable.Range(1, batches).SelectMany(batch => Routers.Walk(
            router, roster, batch, Routers.Rows(random, 32), (_, e) => e < 4 ? 0.9f : 0.1f))];
    }
}
