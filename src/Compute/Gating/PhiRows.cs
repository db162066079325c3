using System.Runtime.InteropServices;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Gating;

/// <summary>Rows of weights over the gate features φ (P): scores and their gradients.</summary>
internal static class PhiRows
{
    /// <summary>Σ_p w[row, p] φ[p].</summary>
    public static float Score<L>(float[] w, int row, ReadOnlySpan<float> phi) where L : struct, ILanes<L> =>
        MatrixRows.Times<L>(ref w[row * phi.Length], ref MemoryMarshal.GetReference(phi), phi.Length);

    /// <summary>The scores (R) of the first R rows of w.</summary>
    public static void Scores<L>(ReadOnlySpan<float> w, ReadOnlySpan<float> phi, Span<float> scores)
        where L : struct, ILanes<L> => MatrixRows.Times<L>(
            ref MemoryMarshal.GetReference(w[..(scores.Length * phi.Length)]), scores.Length, phi.Length,
            ref MemoryMarshal.GetReference(phi), phi.Length, ref MemoryMarshal.GetReference(scores));

    /// <summary>w[row] += step · φ.</summary>
    public static void Add<L>(float[] w, int row, float step, ReadOnlySpan<float> phi) where L : struct, ILanes<L> =>
        MatrixRows.Add<L>(ref w[row * phi.Length], step, ref MemoryMarshal.GetReference(phi), phi.Length);

    /// <summary>w[row] += steps[row] · φ for the first R rows of w; steps (R).</summary>
    public static void Add<L>(Span<float> w, ReadOnlySpan<float> steps, ReadOnlySpan<float> phi)
        where L : struct, ILanes<L> => MatrixRows.Add<L>(
            ref MemoryMarshal.GetReference(w[..(steps.Length * phi.Length)]), steps.Length, phi.Length,
            ref MemoryMarshal.GetReference(phi), ref MemoryMarshal.GetReference(steps));
}
