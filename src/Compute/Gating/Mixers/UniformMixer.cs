using MoE.Compute.Files;
using MoE.Compute.Simd;

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
        _weights = [.. Enumerable.Repeat(1f / inputs.Length, inputs.Length)];

    public void Save(StateWriter state)
    {
        // nor to remember
    }

    public void Load(StateReader state)
    {
        // nor to recall
    }
}
