using CsCheck;
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
        Assert.All(points, p => Assert.Equal([7, 3], p.Load));
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
        Assert.Equal([14, 6], merged[0].Load);
    }

    [Fact]
    public void Of_any_number_of_batches_few_points_are_kept_and_no_row_is_lost() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Long[0, 1_000_000]).Sample((batches, begin) =>
        {
            var points = Runs.Of(batches, begin, [7, 3]).Points;
            var lengths = points.Zip(points.Prepend(null), (now, before) => now.Rows - (before?.Rows ?? begin)).ToList();
            return points.Count is > 0 and <= PlotHistory.MostPoints
                && points[^1].Rows == begin + batches * Runs.Batch
                && points.Sum(p => p.Load.Sum()) == batches * Runs.Batch
                && lengths.SkipLast(1).Distinct().Count() <= 1 && lengths[^1] <= lengths[0];
        });

    [Fact]
    public void A_batch_of_refused_rows_alone_is_no_point()
    {
        var history = new PlotHistory(100);
        history.Add(Runs.After(100, 50), [0, 0]);
        Assert.Empty(history.Points);
        Assert.Equal(100, history.Begin);
    }
}
