using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Banks;

/// <summary>What one version of the router scores rows by: score = G φ + bias.</summary>
/// <param name="G">G in groups of 16 experts, (N / 16, P, 16).</param>
/// <param name="Bias">At least N biases; -∞ for an expert that must not be chosen, as those that pad a group.</param>
/// <param name="PhiStride">Length of φ, P.</param>
public readonly record struct RouterBank(float[] G, float[] Bias, int PhiStride)
{
    /// <summary>Groups of 16 experts.</summary>
    public int Groups => G.Length / (ClassVectors.Block * PhiStride);

    /// <summary>Experts, N, in whole groups.</summary>
    public int Experts => Groups * ClassVectors.Block;

    /// <summary>Number of the features from which on φ is 0.</summary>
    internal static int Features(ReadOnlySpan<float> phi)
    {
        var count = phi.Length;
        while (count > 0 && phi[count - 1] == 0f)
            count--;
        return count;
    }

    /// <summary>g of the 16 experts of a group, each summed in the order of <see cref="PhiRows.Score"/>.</summary>
    /// <param name="group">The group.</param>
    /// <param name="phi">φ (P).</param>
    /// <param name="features">From where on φ is 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal L Scores<L>(int group, ReadOnlySpan<float> phi, int features) where L : struct, ILanes<L>
    {
        ref var g = ref G[group * PhiStride * ClassVectors.Block];
        ref var x = ref MemoryMarshal.GetReference(phi);
        // halves are added until one is left, as ILanes.Sum does across the lanes of one expert
        return Quarter<L>(ref g, ref x, 0, features) + Quarter<L>(ref g, ref x, 2, features)
            + (Quarter<L>(ref g, ref x, 1, features) + Quarter<L>(ref g, ref x, 3, features));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Quarter<L>(ref float g, ref float x, int first, int features) where L : struct, ILanes<L> =>
        Products<L>(ref g, ref x, first, features) + Products<L>(ref g, ref x, first + 8, features)
        + (Products<L>(ref g, ref x, first + 4, features) + Products<L>(ref g, ref x, first + 12, features));

    /// <summary>Σ g[p] φ[p] over the p of one lane: first, first + 16, first + 32, ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Products<L>(ref float g, ref float x, int first, int features) where L : struct, ILanes<L>
    {
        var sum = L.Broadcast(0f);
        for (var p = first; p < features; p += ClassVectors.Block)
            sum = L.MultiplyAdd(L.Load(ref g, (nuint)(p * ClassVectors.Block)), L.Broadcast(Unsafe.Add(ref x, p)), sum);
        return sum;
    }
}
