using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

/// <summary>Weighted means of the inputs' probabilities.</summary>
internal static class LinearPool
{
    /// <summary>Part of every answer that is spread evenly, so that no class is impossible.</summary>
    private const float Doubt = 1e-4f;

    /// <summary>p (S) = Σ_e weight[e] p_e + 10⁻⁴ / C, made to sum to 1; weights sum to 1.</summary>
    public static void Mix<L>(MixerInputs<L> inputs, ReadOnlySpan<float> weight, float[] probabilities)
        where L : struct, ILanes<L>
    {
        ref var p = ref MemoryMarshal.GetArrayDataReference(probabilities);
        var (floor, scale) = (L.Broadcast(Doubt / inputs.Classes), L.Broadcast(1f / (1f + Doubt)));
        for (var c = 0; c < inputs.Classes; c += ClassVectors.Block)
        {
            var sum = L.MaskPositive(ClassVectors.Mask<L>(c, inputs.Classes) + L.Broadcast(1f), floor);
            ref var each = ref inputs.Probabilities;
            foreach (var w in weight[..inputs.Experts])
            {
                sum = L.MultiplyAdd(L.Broadcast(w), L.Load(ref each, (nuint)c), sum);
                each = ref Unsafe.Add(ref each, inputs.Stride);
            }
            (sum * scale).Store(ref p, (nuint)c);
        }
    }
}
