using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

/// <summary>
/// What the archived experts together know, in two ways: as the mean that follows who was right of late (Fixed Share),
/// and as a logarithmic pool that learns fast. Two inputs of the mixers, however many experts are archived; and an
/// expert that comes or goes here leaves the mixers' weights as they are.
/// </summary>
internal sealed class RecallMixer<L> where L : struct, ILanes<L>
{
    private const float Least = 1e-6f;

    private readonly int _phiStride;
    private readonly HedgeMixer<L> _mean;
    private readonly GeometricMixer<L> _pool;
    private float[] _ofMean = [];
    private float[] _ofPool = [];

    /// <summary>Of a number of experts, which may be 0.</summary>
    public RecallMixer(int experts, int phiStride)
    {
        _phiStride = phiStride;
        Inputs = new(experts, phiStride);
        _mean = new(experts, 0.5f, 0.002f);
        _pool = new(experts, phiStride, 0.05f, 0f) { NewcomersCarryWeight = true };
    }

    /// <summary>The archived experts' answers to the row.</summary>
    public MixerInputs<L> Inputs { get; private set; }

    /// <summary>Log-probabilities (S) by the mean of the last row mixed.</summary>
    public float[] LogOfMean { get; private set; } = [];

    /// <summary>Log-probabilities (S) by the logarithmic pool of the last row mixed.</summary>
    public float[] LogOfPool { get; private set; } = [];

    /// <summary>Mixes the row whose answers were set.</summary>
    public void Mix()
    {
        if (_ofMean.Length != Inputs.Stride)
            (_ofMean, _ofPool, LogOfMean, LogOfPool) = (new float[Inputs.Stride], new float[Inputs.Stride],
                new float[Inputs.Stride], new float[Inputs.Stride]);
        _mean.Mix(Inputs, _ofMean);
        _pool.Mix(Inputs, _ofPool);
        ClassVectors.Log<L>(_ofMean, LogOfMean, Least);
        ClassVectors.Log<L>(_ofPool, LogOfPool, Least);
    }

    /// <summary>Learns from the row last mixed.</summary>
    public void Learn(int y)
    {
        Inputs.Reveal(y);
        _mean.Learn(Inputs, _ofMean, y);
        _pool.Learn(Inputs, _ofPool, y);
    }

    /// <summary>Continues with other experts.</summary>
    public void Reshape(ReadOnlySpan<InputOrigin> experts)
    {
        _mean.Reshape(experts);
        _pool.Reshape(experts);
        Inputs = new(experts.Length, _phiStride);
    }

    /// <summary>Adds what each expert is trusted: of the mean, and of the pool.</summary>
    public void AddWeights(Span<double> weights, double ofMean, double ofPool)
    {
        _mean.AddWeights(weights, ofMean);
        _pool.AddWeights(weights, ofPool);
    }

    public void Save(StateWriter state)
    {
        _mean.Save(state);
        _pool.Save(state);
    }

    public void Load(StateReader state)
    {
        _mean.Load(state);
        _pool.Load(state);
    }
}
