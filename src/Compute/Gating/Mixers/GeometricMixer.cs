using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating.Mixers;

/// <summary>
/// Logarithmic pool with weights that depend on the row (Mattern 2013): logits[c] = Σ_e (w_e + v_e·φ) ln p_e[c], p =
/// softmax. One gradient step on the log loss per row, the gradient clipped to ±5; w starts at min(1, 1.5 / E), v at
/// 0.
/// </summary>
internal sealed class GeometricMixer<L> : IMixer<L> where L : struct, ILanes<L>
{
    private const float Clip = 5f;

    private readonly float _rate;
    private readonly float _phiRate;
    private readonly int _phiStride;
    private float[] _w;
    private float[] _v;
    private float[] _logits = [];

    /// <summary>A mixer of E inputs; a phi rate of 0 leaves the weights the same for all rows.</summary>
    public GeometricMixer(int experts, int phiStride, float rate, float phiRate)
    {
        (_rate, _phiRate, _phiStride) = (rate, phiRate, phiStride);
        _w = new float[experts];
        _w.AsSpan().Fill(First(experts));
        _v = new float[phiRate > 0f ? experts * phiStride : 0];
    }

    /// <summary>Whether newcomers begin with a weight as at the start; else with none.</summary>
    public bool NewcomersCarryWeight { get; init; }

    public void Mix(MixerInputs<L> inputs, float[] probabilities)
    {
        if (_logits.Length != inputs.Stride)
            _logits = new float[inputs.Stride];
        ref var logits = ref MemoryMarshal.GetArrayDataReference(_logits);
        _logits.AsSpan().Clear();
        for (var e = 0; e < _w.Length; e++)
        {
            var weight = L.Fill(_v.Length > 0 ? _w[e] + PhiRows.Score<L>(_v, e, inputs.Phi) : _w[e]);
            ref var log = ref inputs.Clipped(e);
            for (nuint c = 0; c < (nuint)inputs.Classes; c += ClassRows.Block)
                L.MultiplyAdd(weight, L.Load(ref log, c), L.Load(ref logits, c)).Store(ref logits, c);
        }
        ClassRows.LogSoftmax<L>(
            ref logits, inputs.Classes, ref logits, ref MemoryMarshal.GetArrayDataReference(probabilities));
    }

    public void Learn(MixerInputs<L> inputs, float[] probabilities, int y)
    {
        ref var p = ref MemoryMarshal.GetArrayDataReference(probabilities);
        for (var e = 0; e < _w.Length; e++)
        {
            ref var log = ref inputs.Clipped(e);
            var sum = L.Fill(0f);
            for (nuint c = 0; c < (nuint)inputs.Classes; c += ClassRows.Block)
                sum = L.MultiplyAdd(L.Load(ref p, c), L.Load(ref log, c), sum);
            var gradient = Math.Clamp(sum.Sum() - Unsafe.Add(ref log, y), -Clip, Clip);
            _w[e] -= _rate * gradient;
            if (_v.Length > 0)
                PhiRows.Add<L>(_v, e, -_phiRate * gradient, inputs.Phi);
        }
    }

    public void Reshape(ReadOnlySpan<InputOrigin> inputs)
    {
        var (w, v) = (new float[inputs.Length], new float[_phiRate > 0f ? inputs.Length * _phiStride : 0]);
        for (var e = 0; e < w.Length; e++)
        {
            var old = inputs[e].Old;
            w[e] = old >= 0 ? _w[old] : NewcomersCarryWeight ? First(w.Length) : 0f;
            if (old >= 0 && v.Length > 0)
                _v.AsSpan(old * _phiStride, _phiStride).CopyTo(v.AsSpan(e * _phiStride));
        }
        (_w, _v) = (w, v);
    }

    public void AddWeights(Span<double> weights, double share)
    {
        var sum = 1e-9;
        foreach (var w in _w)
            sum += Math.Abs(w);
        for (var e = 0; e < _w.Length; e++)
            weights[e] += share * Math.Abs(_w[e]) / sum;
    }

    public void Save(StateWriter state)
    {
        state.Write<float>(_w);
        state.Write<float>(_v);
    }

    public void Load(StateReader state)
    {
        state.Read<float>(_w);
        state.Read<float>(_v);
    }

    private static float First(int experts) => Math.Min(1f, 1.5f / Math.Max(1, experts));
}
