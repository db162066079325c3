using CsCheck;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

public sealed class RouterCapacityTests
{
    [Fact]
    public void Capacity_is_never_exceeded_and_every_row_has_its_k_experts() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 8], Gen.Int[1, 70], Gen.Float[1f, 3f]).Sample(
            (experts, topK, rows, factor) =>
            {
                var roster = Routers.Pool(experts);
                var router = Routers.Create(roster, new() { TopK = topK, Capacity = factor }, window: 1);
                var choices = Routers.Walk(
                    router, roster, 1, Routers.Rows(new Random(rows), rows), (_, _) => 0.5f);
                var k = Math.Min(topK, experts);
                Assert.All(choices, chosen => Assert.Equal(k, chosen.Distinct().Count()));
                Assert.All(choices, chosen => Assert.All(chosen, e => Assert.InRange(e, 0, experts - 1)));
                var most = (int)Math.Ceiling((decimal)factor * k * rows / experts);
                Assert.All(choices.SelectMany(c => c).CountBy(e => e), load => Assert.InRange(load.Value, 1, most));
            }, iter: 1000);

    [Fact]
    public void What_is_over_goes_to_the_next_best_expert_in_the_order_of_the_rows()
    {
        // 8 experts take 2 of 8 rows each, of which all would have the same two
        var roster = Routers.Pool(8);
        var free = Routers.Create(roster, new() { TopK = 8 }, window: 1);
        var phi = Routers.Rows(new Random(1), 1)[0];
        var order = Routers.Choose(free, roster, 1, phi);
        var router = Routers.Create(roster, new() { TopK = 2, Capacity = 1f }, window: 1);
        var choices = Routers.Walk(router, roster, 1, [.. Enumerable.Repeat(phi, 8)], (_, _) => 0.5f);
        Assert.Equal(
            Enumerable.Range(0, 8).Select(row => order.Skip(row / 2 * 2).Take(2)),
            choices.Select(c => c.AsEnumerable()));
    }

    [Fact]
    public void The_last_rows_have_experts_left_for_them()
    {
        // 3 experts take 2 of 3 rows each: were the best two to take two rows, the third row would have but one left
        var roster = Routers.Pool(3);
        var router = Routers.Create(roster, new() { TopK = 2, Capacity = 1f }, window: 1);
        var phi = Routers.Rows(new Random(1), 1)[0];
        var order = Routers.Choose(Routers.Create(roster, new() { TopK = 3 }, 1), roster, 1, phi);
        var choices = Routers.Walk(router, roster, 1, [phi, phi, phi], (_, _) => 0.5f);
        Assert.Equal([[order[0], order[1]], [order[0], order[2]], [order[1], order[2]]], choices);
    }

    [Fact]
    public void A_capacity_that_is_never_reached_changes_no_choice()
    {
        var roster = Routers.Pool(20);
        var rows = Routers.Rows(new Random(3), 50);
        var limited = Routers.Create(roster, new() { Capacity = 100f }, 1);
        var free = Routers.Create(roster, new(), 1);
        for (var batch = 1; batch < 5; batch++)
            Assert.Equal(
                Routers.Walk(free, roster, batch, rows, (_, _) => 0.5f),
                Routers.Walk(limited, roster, batch, rows, (_, _) => 0.5f));
    }
}
