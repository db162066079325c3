using ILGPU;

namespace MoE.Compute.Kernels.Routing;

/// <summary>
/// <see cref="Gating.Routing.Banks.IBankScorer"/> as a kernel: one thread group scores four rows and picks their best.
/// A thread owns the experts t, t + threads, ... of them. Threads of a group are a power of 2.
/// </summary>
internal static class RoutingKernel
{
    /// <summary>Rows of a group.</summary>
    public const int RowsAtOnce = 4;

    /// <summary>Chooses for every row.</summary>
    public static void Choose(RoutingView view)
    {
        var first = RowsAtOnce * Grid.IdxX;
        for (var expert = Group.IdxX; expert < view.Experts; expert += Group.DimX)
            RoutingScores.Score(view, first, expert);
        for (var row = first; row < IntrinsicMath.Min(first + RowsAtOnce, view.Rows); row++)
            RoutingChoice.Pick(view, row);
    }
}
