using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;
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
            history.Add(new(After(begin + n * Batch, window: 50 + n % 40), Pool(load.Length), load, []));
        return history;
    }

    /// <summary>A pool of one shared expert and so many routed ones.</summary>
    public static Roster Pool(int routed) => Roster.Of(new MixtureOptions
    {
        Pool = [new("fern", ExpertRole.Shared, "fern"), .. Enumerable.Range(1, routed).Select(i =>
            new ExpertSpec($"bank-{i}", ExpertRole.Routed, "mlp"))],
    });

    public static Scores After(long rows, double window) => new(rows, 0, 2, 75, window, 50, 50, 0.5);
}
