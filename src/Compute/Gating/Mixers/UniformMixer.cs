using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

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
