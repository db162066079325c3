using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Gating.Routing;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

public sealed class RouterReshapeTests
{
    private const int Window = 3;
    private static readonly Roster Five = Routers.Pool(5);

    [Fact]
    public void A_newcomer_is_chosen_from_the_first_version_that_knows_it_on()
    {
        var router = Learned(new() { TopK = 6 });
        var six = Five.With(new RosterChange(10, RosterAction.Added, Routers.Expert(7, from: 10), ""));
        for (var batch = 10; batch < 20; batch++)
        {
            var choices = Walk(router, six, batch);
            Assert.All(choices, chosen => Assert.Equal(batch >= 10 + Window ? 6 : 5, chosen.Length));
        }
    }

    [Fact]
    public void A_retired_expert_is_not_chosen_from_the_next_batch_on()
    {
        var router = Learned(new() { TopK = 2 });
        var four = Five.With(new RosterChange(10, RosterAction.Retired, Five[1], ""));
        var rows = Routers.Rows(new Random(8), 200);
        var before = rows.Select(phi => Routers.Choose(router, Five, 10, phi)).ToList();
        var after = rows.Select(phi => Routers.Choose(router, four, 10, phi)).ToList();
        Assert.Contains(before, chosen => chosen.Contains(1));
        Assert.Contains(after, chosen => chosen.Contains(1));
        foreach (var (had, has) in before.Zip(after))
            if (!had.Contains(1))
                Assert.Equal(had.Select(slot => slot > 1 ? slot - 1 : slot), has);
    }

    [Theory]
    [InlineData(RouterKind.Linear, 0f)]
    [InlineData(RouterKind.Switch, 1.5f)]
    [InlineData(RouterKind.Dense, 0f)]
    public void Choices_do_not_depend_on_how_far_encoding_is_ahead_of_mixing(RouterKind kind, float capacity)
    {
        var options = new RouterOptions { Kind = kind, TopK = 3, Capacity = capacity };
        Roster[] rosters = [.. Changes(Five).SelectMany(roster => Enumerable.Repeat(roster, 2))];
        var expected = Run(options, rosters, ahead: 1);
        for (var ahead = 2; ahead <= Window; ahead++)
            Assert.Equal(expected, Run(options, rosters, ahead));
        Assert.True(expected.Distinct().Count() > 50);
    }

    [Fact]
    public void Reshaping_forth_and_back_keeps_the_others_to_the_bit()
    {
        var (router, same) = (Learned(new() { TopK = 2 }), Learned(new() { TopK = 2 }));
        Roster wide = new([Routers.Expert(90), .. Five.Members, Routers.Expert(91)], 1000);
        router.Reshape(wide);
        router.Reshape(Five);
        Assert.Equal(Routers.Image(same), Routers.Image(router));
        Assert.Equal(Walk(same, Five, 10), Walk(router, Five, 10));
    }

    [Fact]
    public void A_copy_begins_near_its_parent_and_a_fresh_expert_by_its_own_seed_and_the_mean_bias()
    {
        var router = Learned(new() { TopK = 2 });
        var (g, bias) = Scores(router, 5);
        router.Reshape(new Roster(
            [.. Five.Members, Routers.Expert(20, parent: 3), Routers.Expert(21), Routers.Expert(22, parent: 19)],
            1000));
        var (after, biases) = Scores(router, 8);
        Assert.Equal(g, after[..5]);
        Assert.Equal([.. bias, bias[3], bias.Average(), bias.Average()], biases, (a, b) => Math.Abs(a - b) < 1e-6);
        var offset = after[5].Zip(g[3], (child, parent) => child - parent).ToList();
        Assert.All(offset, d => Assert.InRange(Math.Abs(d), 1e-6, 0.6));
        Assert.InRange(offset.Average(Math.Abs), 0.02, 0.2);
        Assert.InRange(after[6].Average(Math.Abs), 0.1, 0.5);
        Assert.NotEqual(after[6], after[7]);
    }

    [Fact]
    public void An_expert_that_was_shared_for_a_while_comes_back_as_a_newcomer()
    {
        var router = Learned(new() { TopK = 5 });
        var shared = Five[2] with { Spec = Five[2].Spec with { Role = ExpertRole.Shared }, HeardFrom = 11 };
        var back = Five.With(
        [
            new RosterChange(10, RosterAction.Promoted, shared, ""),
            new RosterChange(11, RosterAction.Demoted, Five[2] with { HeardFrom = 12 }, ""),
        ]);
        Assert.All(Routers.Rows(new Random(1), 20), phi => Assert.Equal(
            [0, 1, 3, 4], Routers.Choose(router, back, 11, phi).Order()));
    }

    [Theory]
    [InlineData(RouterKind.Linear)]
    [InlineData(RouterKind.Switch)]
    [InlineData(RouterKind.Competence)]
    [InlineData(RouterKind.Dense)]
    public void A_router_that_is_saved_and_loaded_goes_on_to_the_bit(RouterKind kind)
    {
        var options = new RouterOptions { Kind = kind, TopK = 2 };
        var router = Learned(options);
        var wide = Changes(Five).Last();
        _ = Walk(router, wide, 10);
        var copy = Routers.Create(wide, options, Window);
        var state = new StateReader(Routers.Image(router));
        copy.Load(state);
        state.End();
        for (var batch = 11; batch < 20; batch++)
            Assert.Equal(Walk(router, wide, batch), Walk(copy, wide, batch));
        Assert.Equal(Routers.Image(router), Routers.Image(copy));
    }

    [Fact]
    public void A_pool_without_routed_experts_can_get_some()
    {
        var none = Routers.Pool(0);
        var router = Routers.Create(none, new(), Window);
        Assert.Equal(0, router.Begin(1, 8, Five));
        router.Reshape(Five);
        router.Mark(1);
        Assert.Equal(4, router.Begin(1 + Window, 8, Five));
    }

    /// <summary>Pools that follow one another: newcomers, among them a copy, and retired ones.</summary>
    private static IEnumerable<Roster> Changes(Roster roster)
    {
        var at = 10;
        foreach (var key in (long[])[20, 21, 22])
        {
            yield return roster = roster.With(new RosterChange(
                at, RosterAction.Added, Routers.Expert(key, key == 22 ? 20 : null, at++), ""));
            yield return roster = roster.With(new RosterChange(at, RosterAction.Retired, roster[1], ""));
        }
    }

    /// <summary>The choices of batches from 10 on, begun as far ahead of the mixing as can be.</summary>
    private static List<string> Run(RouterOptions options, Roster[] rosters, int ahead)
    {
        var router = Learned(options);
        var rows = rosters.Select((_, i) => Routers.Rows(new Random(i), 16)).ToArray();
        var choices = new List<int[][]>();
        for (var i = 0; i < rosters.Length + ahead - 1; i++)
        {
            if (i < rosters.Length)
            {
                var k = router.Begin(10 + i, 16, rosters[i]);
                choices.Add([.. rows[i].Select(phi =>
                {
                    var chosen = new int[k];
                    router.Choose(phi, chosen);
                    return chosen;
                })]);
            }
            var mixed = i - ahead + 1;
            if (mixed < 0)
                continue;
            router.Reshape(rosters[mixed]);
            foreach (var (row, chosen) in choices[mixed].Index())
                Routers.Learn(router, rows[mixed][row], chosen, [.. chosen.Select(e => (e % 3) / 3f)]);
            router.Mark(10 + mixed);
        }
        return [.. choices.SelectMany((c, i) => c.Select((chosen, row) => $"{i}/{row}: {string.Join(',', chosen)}"))];
    }

    private static Router<Lanes16> Learned(RouterOptions options)
    {
        var router = Routers.Create(Five, options, Window);
        for (var batch = 1; batch < 10; batch++)
            _ = Walk(router, Five, batch);
        return router;
    }

    private static int[][] Walk(Router<Lanes16> router, Roster roster, int batch) => Routers.Walk(
        router, roster, batch, Routers.Rows(new Random(batch), 16), (phi, e) => phi[1 + (e % 5)] > 0f ? 0.8f : 0.2f);

    private static (float[][] G, float[] Bias) Scores(Router<Lanes16> router, int experts)
    {
        var state = new StateReader(Routers.Image(router));
        return ([.. state.ReadArray<float>(experts * Routers.Stride).Chunk(Routers.Stride)],
            state.ReadArray<float>(experts));
    }
}
