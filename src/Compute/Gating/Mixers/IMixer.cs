using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

/// <summary>One way to make one answer out of many, and to learn how.</summary>
internal interface IMixer<L> where L : struct, ILanes<L>
{
    /// <summary>Writes probabilities (S), 0 beyond the known classes.</summary>
    void Mix(MixerInputs<L> inputs, float[] probabilities);

    /// <summary>Learns from the row last mixed, whose class was <paramref name="y"/>.</summary>
    void Learn(MixerInputs<L> inputs, float[] probabilities, int y);

    /// <summary>Continues with other inputs: what was learned of those that stay is kept.</summary>
    void Reshape(ReadOnlySpan<InputOrigin> inputs);

    /// <summary>Adds to each input's weight its part of <paramref name="share"/>, as the mixer trusts it now.</summary>
    void AddWeights(Span<double> weights, double share);

    void Save(StateWriter state);

    void Load(StateReader state);
}

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

/// <summary>The plain mean: what the level above falls back on when nothing else has proved itself.</summary>
internal sealed class UniformMixer<L>(int experts) : IMixer<L> where L : struct, ILanes<L>
{
    private float[] _weights = [.. Enumerable.Repeat(1f / experts, experts)];

    public void Mix(MixerInputs<L> inputs, float[] probabilities) => LinearPool.Mix(inputs, _weights, probabilities);

    public void Learn(MixerInputs<L> inputs, float[] probabilities, int y)
    {
        // the mean has nothing to learn
    }

    public void Reshape(ReadOnlySpan<InputOrigin> inputs) =>
        _weights = Even(inputs);

    public void AddWeights(Span<double> weights, double share)
    {
        for (var e = 0; e < _weights.Length; e++)
            weights[e] += share * _weights[e];
    }

    public void Save(StateWriter state)
    {
        // nor to remember
    }

    public void Load(StateReader state)
    {
        // nor to recall
    }

    // What the archived experts say is for the mixers that learn to trust it.
    private static float[] Even(ReadOnlySpan<InputOrigin> inputs)
    {
        var weights = new float[inputs.Length];
        var count = 0;
        foreach (var input in inputs)
            count += input.IsRecall ? 0 : 1;
        for (var e = 0; e < weights.Length; e++)
            weights[e] = inputs[e].IsRecall ? 0f : 1f / count;
        return weights;
    }
}
