using CsCheck;
using MoE.Compute.Rosters;
using MoE.Host.Plots;
using Xunit;

namespace MoE.Host.Tests.Plots;

public sealed class PlotHistoryTests
{
    [Fact]
    public void A_short_run_has_a_point_for_each_batch()
    {
        var points = Runs.Of(batches: 3, 7, 3).Points;
        Assert.Equal([10, 20, 30], points.Select(p => p.Rows));
        Assert.All(points, p => Assert.Equal([7L, 3L], p.Load.OrderBy(l => l.Key).Select(l => l.Value)));
        Assert.All(points, p => Assert.Equal((p.WindowAccuracy, p.WindowAccuracy), (p.Lowest, p.Highest)));
    }

    [Fact]
    public void A_point_more_than_are_kept_merges_neighbours()
    {
        var full = Runs.Of(PlotHistory.MostPoints - 1, 7, 3).Points;
        Assert.Equal(PlotHistory.MostPoints - 1, full.Count);
        var merged = Runs.Of(PlotHistory.MostPoints, 7, 3).Points;
        Assert.Equal(PlotHistory.MostPoints / 2, merged.Count);
        Assert.Equal((20L, 52d, 51d, 52d), (merged[0].Rows, merged[0].WindowAccuracy, merged[0].Lowest, merged[0].Highest));
        Assert.Equal([14L, 6L], merged[0].Load.OrderBy(l => l.Key).Select(l => l.Value));
    }

    [Fact]
    public void Of_any_number_of_batches_few_points_are_kept_and_no_row_is_lost() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Long[0, 1_000_000]).Sample((batches, begin) =>
        {
            var points = Runs.Of(batches, begin, [7, 3]).Points;
            var lengths = points.Zip(points.Prepend(null), (now, before) => now.Rows - (before?.Rows ?? begin)).ToList();
            return points.Count is > 0 and <= PlotHistory.MostPoints
                && points[^1].Rows == begin + batches * Runs.Batch
                && points.Sum(p => p.Load.Values.Sum()) == batches * Runs.Batch
                && lengths.SkipLast(1).Distinct().Count() <= 1 && lengths[^1] <= lengths[0];
        });

    [Fact]
    public void A_batch_of_refused_rows_alone_is_no_point()
    {
        var history = new PlotHistory(100);
        history.Add(new(Runs.After(100, 50), Runs.Pool(2), [0, 0], []));
        Assert.Empty(history.Points);
        Assert.Equal(100, history.Begin);
    }

    [Fact]
    public void An_expert_is_told_of_only_while_it_is_there_and_what_changed_is_marked()
    {
        var history = new PlotHistory(0);
        var roster = Runs.Pool(2);
        var change = roster.Decide(new RetireExpert("bank-1") { Reason = "it is old" }, 2, 1).Change!;
        history.Add(new(Runs.After(10, 50), roster, [7, 3], []));
        history.Add(new(Runs.After(20, 50), roster.With(change), [10], [change]) { Drifts = ["the loss has risen"] });
        Assert.Equal(["1 2", "2"], history.Points.Select(p => string.Join(' ', p.Load.Keys.Order())));
        Assert.Equal(["bank-1", "bank-2"], history.Routed.Values);
        Assert.Equal(
            [
                new(10, "retired bank-1", "retired bank-1: it is old", IsDrift: false),
                new PlotMark(20, "drift", "the loss has risen", IsDrift: true),
            ], history.Marks);
    }

    [Fact]
    public void Of_any_number_of_changes_the_first_are_kept()
    {
        var history = new PlotHistory(0);
        var change = Runs.Pool(2).Decide(new FreezeExpert("bank-1"), 1, 1).Change!;
        history.Add(new(Runs.After(10, 50), Runs.Pool(2), [7, 3], [.. Enumerable.Repeat(change, 3000)]));
        Assert.Equal(PlotHistory.MostMarks, history.Marks.Count);
    }
}
