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

    /// <summary>Goes on with other inputs: what was learned of those that stay is kept.</summary>
    void Reshape(ReadOnlySpan<InputOrigin> inputs);

    /// <summary>Adds to each input's weight its part of <paramref name="share"/>, as the mixer trusts it now.</summary>
    void AddWeights(Span<double> weights, double share);

    void Save(StateWriter state);

    void Load(StateReader state);
}
