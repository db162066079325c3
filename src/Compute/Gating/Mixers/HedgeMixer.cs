using System.Runtime.InteropServices;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

/// <summary>
/// A mean weighed by <see cref="HedgeWeights{L}"/>: never much worse than the best input of any stretch.
/// </summary>
internal sealed class HedgeMixer<L>(int experts, float rate, float share) : IMixer<L> where L : struct, ILanes<L>
{
    private const float Worst = 4f;

    private readonly HedgeWeights<L> _weights = new(experts, rate, share, Worst);

    public void Mix(MixerInputs<L> inputs, float[] probabilities) =>
        LinearPool.Mix(inputs, _weights.Values, probabilities);

    public void Learn(MixerInputs<L> inputs, float[] probabilities, int y) => _weights.Learn(inputs.LogOfTruth);

    public void Reshape(ReadOnlySpan<InputOrigin> inputs) => _weights.Reshape(inputs);

    public void AddWeights(Span<double> weights, double share) => _weights.AddTo(weights, share);

    public void Save(StateWriter state) => _weights.Save(state);

    public void Load(StateReader state) => _weights.Load(state);
}

/// <summary>
/// Weights of n experts that follow their losses: w_i *= exp(-rate · loss_i), made to sum to 1, then the fraction
/// <c>share</c> of them is spread evenly (Fixed Share, Herbster and Warmuth 1998, section 4; share 0 is Hedge).
/// </summary>
internal sealed class HedgeWeights<L> where L : struct, ILanes<L>
{
    /// <summary>Probabilities below it count as that, so that each has a logarithm.</summary>
    public const float Least = 1e-30f;

    private readonly float _rate;
    private readonly float _share;
    private readonly float _worst;

    /// <summary>Even weights. Losses above <paramref name="worst"/> nats count as that.</summary>
    public HedgeWeights(int count, float rate, float share, float worst)
    {
        (Count, _rate, _share, _worst) = (count, rate, share, worst);
        Values = new float[ClassVectors.Padded(count)];
        Values.AsSpan(0, count).Fill(1f / Math.Max(1, count));
    }

    /// <summary>Number of experts, n.</summary>
    public int Count { get; private set; }

    /// <summary>The weights (n, zero-padded to whole blocks); they sum to 1.</summary>
    public float[] Values { get; private set; }

    /// <summary>Takes the log of the probability that each expert gave to what happened (n, padded).</summary>
    public void Learn(float[] logOfTruth)
    {
        ref var w = ref MemoryMarshal.GetArrayDataReference(Values);
        ref var logs = ref MemoryMarshal.GetArrayDataReference(logOfTruth);
        var sum = L.Broadcast(0f);
        for (nuint i = 0; i < (nuint)Values.Length; i += ClassVectors.Block)
        {
            var log = L.Max(L.Load(ref logs, i), L.Broadcast(-_worst));
            var grown = L.Load(ref w, i) * FastMath.Exp(L.Broadcast(_rate) * log);
            grown.Store(ref w, i);
            sum += grown;
        }
        var (scale, even) = (L.Broadcast((1f - _share) / sum.Sum()), L.Broadcast(_share / Count));
        for (var i = 0; i < Values.Length; i += ClassVectors.Block)
        {
            var shared = L.MultiplyAdd(L.Load(ref w, (nuint)i), scale, even);
            L.MaskPositive(ClassVectors.Mask<L>(i, Count) + L.Broadcast(1f), shared).Store(ref w, (nuint)i);
        }
    }

    /// <summary>
    /// Continues with other experts: those that stay share what those that left had, and newcomers wait for what is
    /// spread evenly.
    /// </summary>
    public void Reshape(ReadOnlySpan<InputOrigin> inputs)
    {
        var values = new float[ClassVectors.Padded(inputs.Length)];
        var (sum, stay) = (0f, 0);
        for (var i = 0; i < inputs.Length; i++)
        {
            sum += values[i] = inputs[i].Old < 0 ? 0f : Values[inputs[i].Old];
            stay += inputs[i].Old < 0 ? 0 : 1;
        }
        if (stay < Count || sum <= 0f)
            for (var i = 0; i < inputs.Length; i++)
                values[i] = sum > 0f ? values[i] / sum : 1f / inputs.Length;
        (Values, Count) = (values, inputs.Length);
    }

    /// <summary>Adds each weight's part of a share.</summary>
    public void AddTo(Span<double> weights, double share)
    {
        for (var i = 0; i < Count; i++)
            weights[i] += share * Values[i];
    }

    public void Save(StateWriter state) => state.Write<float>(Values);

    public void Load(StateReader state) => state.Read<float>(Values);
}
