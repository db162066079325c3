using MoE.Compute.Batches;

namespace MoE.Host.Plots;

/// <summary>One interval of a run: some batches on end, told at the last row of them.</summary>
/// <param name="Rows">Rows learned at its end.</param>
/// <param name="Accuracy">Right predictions from the beginning to its end, percent.</param>
/// <param name="WindowAccuracy">Right predictions among the last 1,000 at its end, percent.</param>
/// <param name="Lowest">The least that <paramref name="WindowAccuracy"/> was after one of its batches.</param>
/// <param name="Highest">The most that it was.</param>
/// <param name="Load">
/// Rows of the interval for which each routed expert was chosen, by its key; experts that were not there are left out.
/// </param>
internal sealed record PlotPoint(
    long Rows, double Accuracy, double WindowAccuracy, double Lowest, double Highest,
    IReadOnlyDictionary<long, long> Load)
{
    /// <summary>An interval of one batch.</summary>
    public static PlotPoint Of(BatchOutcome batch) => new(
        batch.Scores.Rows, batch.Scores.Accuracy, batch.Scores.WindowAccuracy, batch.Scores.WindowAccuracy,
        batch.Scores.WindowAccuracy,
        batch.Roster.Routed.Zip(batch.Load, (place, rows) => (batch.Roster[place].Key, Rows: (long)rows))
            .ToDictionary(slot => slot.Key, slot => slot.Rows));

    /// <summary>This interval and the next one as one.</summary>
    public PlotPoint With(PlotPoint next) => next with
    {
        Lowest = Math.Min(Lowest, next.Lowest),
        Highest = Math.Max(Highest, next.Highest),
        Load = Load.Concat(next.Load).GroupBy(l => l.Key, l => l.Value).ToDictionary(l => l.Key, l => l.Sum()),
    };
}
