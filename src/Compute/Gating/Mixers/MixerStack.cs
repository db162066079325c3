using System.Runtime.InteropServices;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

/// <summary>
/// Seven mixers, and Hedge above them on their log losses: which mixer is right differs from stream to stream, so the
/// stream chooses.
/// </summary>
internal sealed class MixerStack<L> where L : struct, ILanes<L>
{
    private readonly IMixer<L>[] _mixers;
    private readonly HedgeWeights<L> _above;
    private readonly float[] _ofTruth;
    private readonly float[] _logOfTruth;
    private float[][] _answers;

    /// <summary>A stack over E inputs.</summary>
    public MixerStack(int experts, int phiStride)
    {
        _mixers =
        [
            new GeometricMixer<L>(experts, phiStride, 0.02f, 0.002f),
            new GeometricMixer<L>(experts, phiStride, 0.002f, 0.0002f),
            new GeometricMixer<L>(experts, phiStride, 0.0005f, 0f),
            new HedgeMixer<L>(experts, 1f, 0.01f),
            new HedgeMixer<L>(experts, 0.2f, 0.001f),
            new HmeMixer<L>(experts, phiStride, 0.01f, 0.5f, 0.01f),
            new UniformMixer<L>(experts),
        ];
        _above = new HedgeWeights<L>(_mixers.Length, 0.5f, 0.002f, 5f);
        _ofTruth = [.. Enumerable.Repeat(1f, ClassVectors.Padded(_mixers.Length))];
        _logOfTruth = new float[_ofTruth.Length];
        _answers = [.. _mixers.Select(_ => Array.Empty<float>())];
    }

    /// <summary>Writes the mixture's probabilities (S), 0 beyond the known classes.</summary>
    public void Mix(MixerInputs<L> inputs, Span<float> probabilities)
    {
        if (_answers[0].Length < inputs.Stride)
            Fit(inputs.Stride);
        for (var m = 0; m < _mixers.Length; m++)
            _mixers[m].Mix(inputs, _answers[m]);
        ref var p = ref MemoryMarshal.GetReference(probabilities);
        for (nuint c = 0; c < (nuint)inputs.Classes; c += ClassVectors.Block)
        {
            var sum = L.Broadcast(0f);
            for (var m = 0; m < _mixers.Length; m++)
            {
                ref var answer = ref MemoryMarshal.GetArrayDataReference(_answers[m]);
                sum = L.MultiplyAdd(L.Broadcast(_above.Values[m]), L.Load(ref answer, c), sum);
            }
            sum.Store(ref p, c);
        }
    }

    /// <summary>Learns from the row last mixed.</summary>
    public void Learn(MixerInputs<L> inputs, int y)
    {
        for (var m = 0; m < _mixers.Length; m++)
        {
            _ofTruth[m] = _answers[m][y];
            _mixers[m].Learn(inputs, _answers[m], y);
        }
        ClassVectors.Log<L>(_ofTruth, _logOfTruth, HedgeWeights<L>.Least);
        _above.Learn(_logOfTruth);
    }

    /// <summary>Continues with other inputs; the level above stays as it is.</summary>
    public void Reshape(ReadOnlySpan<InputOrigin> inputs)
    {
        foreach (var mixer in _mixers)
            mixer.Reshape(inputs);
    }

    /// <summary>Adds to each input its part of 1; a mixer counts as much as the level above trusts it.</summary>
    public void AddWeights(Span<double> weights)
    {
        for (var m = 0; m < _mixers.Length; m++)
            _mixers[m].AddWeights(weights, _above.Values[m]);
    }

    public void Save(StateWriter state)
    {
        foreach (var mixer in _mixers)
            mixer.Save(state);
        _above.Save(state);
    }

    public void Load(StateReader state)
    {
        foreach (var mixer in _mixers)
            mixer.Load(state);
        _above.Load(state);
    }

    private void Fit(int stride) => _answers = [.. _mixers.Select(_ => new float[stride])];
}
