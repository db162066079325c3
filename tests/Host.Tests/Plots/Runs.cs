using MoE.Compute.Evaluation;
using MoE.Host.Plots;

namespace MoE.Host.Tests.Plots;

/// <summary>Runs of batches of ten rows, made up.</summary>
internal static class Runs
{
    public const int Batch = 10;

    public static PlotHistory Of(int batches, params int[] load) => Of(batches, 0, load);

    public static PlotHistory Of(int batches, long begin, int[] load)
    {
        var history = new PlotHistory(begin);
        for (var n = 1; n <= batches; n++)
            history.Add(After(begin + n * Batch, window: 50 + n % 40), load);
        return history;
    }

    public static Scores After(long rows, double window) => new(rows, 0, 2, 75, window, 50, 50, 0.5);
}
