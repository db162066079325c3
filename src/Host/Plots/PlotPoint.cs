using MoE.Compute.Evaluation;

namespace MoE.Host.Plots;

/// <summary>One interval of a run: some batches on end, told at the last row of them.</summary>
/// <param name="Rows">Rows learned at its end.</param>
/// <param name="Accuracy">Right predictions from the beginning to its end, percent.</param>
/// <param name="WindowAccuracy">Right predictions among the last 1,000 at its end, percent.</param>
/// <param name="Lowest">The least that <paramref name="WindowAccuracy"/> was after one of its batches.</param>
/// <param name="Highest">The most that it was.</param>
/// <param name="Load">Rows of the interval for which each routed expert was chosen, in the pool's order.</param>
internal sealed record PlotPoint(
    long Rows, double Accuracy, double WindowAccuracy, double Lowest, double Highest, IReadOnlyList<long> Load)
{
    /// <summary>An interval of one batch.</summary>
    public static PlotPoint Of(Scores scores, IReadOnlyList<int> load) => new(
        scores.Rows, scores.Accuracy, scores.WindowAccuracy, scores.WindowAccuracy, scores.WindowAccuracy,
        [.. load.Select(rows => (long)rows)]);

    /// <summary>This interval and the next one as one.</summary>
    public PlotPoint With(PlotPoint next) => next with
    {
        Lowest = Math.Min(Lowest, next.Lowest),
        Highest = Math.Max(Highest, next.Highest),
        Load = [.. Load.Zip(next.Load, (before, after) => before + after)],
    };
}
