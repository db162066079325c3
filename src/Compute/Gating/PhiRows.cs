using System.Runtime.InteropServices;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating;

/// <summary>Rows of weights over the gate features φ (P): scores and their gradients.</summary>
internal static class PhiRows
{
    /// <summary>Σ_p w[row, p] φ[p].</summary>
    public static float Score<L>(float[] w, int row, ReadOnlySpan<float> phi) where L : struct, ILanes<L>
    {
        ref var weight = ref w[row * phi.Length];
        ref var x = ref MemoryMarshal.GetReference(phi);
        var sum = L.Fill(0f);
        for (nuint p = 0; p < (nuint)phi.Length; p += ClassRows.Block)
            sum = L.MultiplyAdd(L.Load(ref weight, p), L.Load(ref x, p), sum);
        return sum.Sum();
    }

    /// <summary>w[row] += step · φ.</summary>
    public static void Add<L>(float[] w, int row, float step, ReadOnlySpan<float> phi) where L : struct, ILanes<L>
    {
        ref var weight = ref w[row * phi.Length];
        ref var x = ref MemoryMarshal.GetReference(phi);
        var s = L.Fill(step);
        for (nuint p = 0; p < (nuint)phi.Length; p += ClassRows.Block)
            L.MultiplyAdd(s, L.Load(ref x, p), L.Load(ref weight, p)).Store(ref weight, p);
    }
}
