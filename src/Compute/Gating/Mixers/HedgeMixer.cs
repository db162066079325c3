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
