using ILGPU;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Routing;

/// <summary>
/// scores[row, e] = Σ_p G[e, p] φ[row, p] + bias[e], summed in the order of
/// <see cref="Gating.Routing.Banks.RouterBank.Scores"/>, to the same bits.
/// </summary>
internal static class RoutingScores
{
    /// <summary>Scores four rows, or what is left of them, by one expert.</summary>
    public static void Score(RoutingView view, int row, int expert)
    {
        var last = view.Rows - 1;
        var phi = new Four<int>
        {
            A = row * view.PhiStride,
            B = IntrinsicMath.Min(row + 1, last) * view.PhiStride,
            C = IntrinsicMath.Min(row + 2, last) * view.PhiStride,
            D = IntrinsicMath.Min(row + 3, last) * view.PhiStride,
        };
        var g = (expert / ClassRows.Block * view.PhiStride * ClassRows.Block) + (expert % ClassRows.Block);
        var sums = Add(
            Add(Quarter(view, g, phi, 0), Quarter(view, g, phi, 2)),
            Add(Quarter(view, g, phi, 1), Quarter(view, g, phi, 3)));
        Write(view, row, expert, sums.A);
        Write(view, row + 1, expert, sums.B);
        Write(view, row + 2, expert, sums.C);
        Write(view, row + 3, expert, sums.D);
    }

    private static void Write(RoutingView view, int row, int expert, float g)
    {
        if (row < view.Rows)
            view.Scores[((long)row * view.Experts) + expert] = g + view.Bias[expert];
    }

    private static Four<float> Quarter(RoutingView view, int g, Four<int> phi, int first) => Add(
        Add(Products(view, g, phi, first), Products(view, g, phi, first + 8)),
        Add(Products(view, g, phi, first + 4), Products(view, g, phi, first + 12)));

    private static Four<float> Products(RoutingView view, int g, Four<int> phi, int first)
    {
        var sums = new Four<float>();
        for (var p = first; p < view.Features; p += ClassRows.Block)
        {
            var weight = view.G[g + (p * ClassRows.Block)];
            sums.A = MathF.FusedMultiplyAdd(weight, view.Phi[phi.A + p], sums.A);
            sums.B = MathF.FusedMultiplyAdd(weight, view.Phi[phi.B + p], sums.B);
            sums.C = MathF.FusedMultiplyAdd(weight, view.Phi[phi.C + p], sums.C);
            sums.D = MathF.FusedMultiplyAdd(weight, view.Phi[phi.D + p], sums.D);
        }
        return sums;
    }

    private static Four<float> Add(Four<float> a, Four<float> b) =>
        new() { A = a.A + b.A, B = a.B + b.B, C = a.C + b.C, D = a.D + b.D };
}
