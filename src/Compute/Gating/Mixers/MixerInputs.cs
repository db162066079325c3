using System.Runtime.InteropServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

/// <summary>
/// One row as the mixers see it: E inputs (heads of shared experts, then the routed experts' common answer), each with
/// its log-probabilities over C classes, padded to S floats; and the gate features φ (P).
/// </summary>
internal sealed class MixerInputs<L>(int experts, int phiStride) where L : struct, ILanes<L>
{
    /// <summary>
    /// Below this a geometric mixer does not look: one expert's certainty shall not silence all others.
    /// </summary>
    private const float Floor = -7f;

    private float[] _probability = [];
    private float[] _clipped = [];

    /// <summary>Number of inputs, E.</summary>
    public int Experts { get; } = experts;

    /// <summary>Gate features (P).</summary>
    public float[] Phi { get; } = new float[phiStride];

    /// <summary>Probability that each input gave the row's class (E, padded with 1).</summary>
    public float[] OfTruth { get; } = [.. Enumerable.Repeat(1f, ClassVectors.Padded(experts))];

    /// <summary>Its logarithm, as <see cref="HedgeWeights{L}"/> takes it.</summary>
    public float[] LogOfTruth { get; } = new float[ClassVectors.Padded(experts)];

    /// <summary>Classes known, C.</summary>
    public int Classes { get; private set; }

    /// <summary>Length of an input's answer, S.</summary>
    public int Stride { get; private set; }

    /// <summary>Starts a row.</summary>
    public void Begin(ReadOnlySpan<float> phi, int classes, int stride)
    {
        phi.CopyTo(Phi);
        (Classes, Stride) = (classes, stride);
        if (_probability.Length < Experts * stride)
            (_probability, _clipped) = (new float[Experts * stride], new float[Experts * stride]);
    }

    /// <summary>Sets one input by its log-probabilities (S).</summary>
    public void Set(int expert, ReadOnlySpan<float> logProbabilities)
    {
        ref var from = ref MemoryMarshal.GetReference(logProbabilities);
        ref var p = ref _probability[expert * Stride];
        ref var clipped = ref _clipped[expert * Stride];
        for (var c = 0; c < Classes; c += ClassVectors.Block)
        {
            var mask = ClassVectors.Mask<L>(c, Classes);
            var log = L.Load(ref from, (nuint)c) + mask;
            L.MaskPositive(log + L.Broadcast(80f), FastMath.Exp(log)).Store(ref p, (nuint)c);
            L.MaskPositive(mask + L.Broadcast(1f), L.Max(log, L.Broadcast(Floor))).Store(ref clipped, (nuint)c);
        }
    }

    /// <summary>Probabilities (E, S) that the inputs gave; 0 beyond the known classes.</summary>
    public ref float Probabilities => ref MemoryMarshal.GetArrayDataReference(_probability);

    /// <summary>Log-probabilities (E, S), -7 or more; 0 beyond the known classes.</summary>
    public ref float Clipped => ref MemoryMarshal.GetArrayDataReference(_clipped);

    /// <summary>Makes <see cref="OfTruth"/> and <see cref="LogOfTruth"/> those of class <paramref name="y"/>.</summary>
    public void Reveal(int y)
    {
        for (var e = 0; e < Experts; e++)
            OfTruth[e] = _probability[(e * Stride) + y];
        ClassVectors.Log<L>(OfTruth, LogOfTruth, HedgeWeights<L>.Least);
    }
}
