using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

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
    private float[] _ofRow;
    private float[] _logits = [];

    /// <summary>A mixer of E inputs; a phi rate of 0 leaves the weights the same for all rows.</summary>
    public GeometricMixer(int experts, int phiStride, float rate, float phiRate)
    {
        (_rate, _phiRate, _phiStride) = (rate, phiRate, phiStride);
        _w = new float[experts];
        _w.AsSpan().Fill(First(experts));
        _v = new float[phiRate > 0f ? experts * phiStride : 0];
        _ofRow = new float[experts];
    }

    /// <summary>Whether newcomers begin with a weight as at the start; else with none.</summary>
    public bool NewcomersCarryWeight { get; init; }

    public void Mix(MixerInputs<L> inputs, float[] probabilities)
    {
        if (_logits.Length != inputs.Stride)
            _logits = new float[inputs.Stride];
        WeighRow(inputs.Phi);
        ref var logits = ref MemoryMarshal.GetArrayDataReference(_logits);
        for (nuint c = 0; c < (nuint)inputs.Classes; c += ClassVectors.Block)
        {
            var sum = L.Broadcast(0f);
            ref var log = ref inputs.Clipped;
            foreach (var weight in _ofRow)
            {
                sum = L.MultiplyAdd(L.Broadcast(weight), L.Load(ref log, c), sum);
                log = ref Unsafe.Add(ref log, inputs.Stride);
            }
            sum.Store(ref logits, c);
        }
        ClassVectors.LogSoftmax<L>(
            ref logits, inputs.Classes, ref logits, ref MemoryMarshal.GetArrayDataReference(probabilities));
    }

    public void Learn(MixerInputs<L> inputs, float[] probabilities, int y)
    {
        ref var log = ref inputs.Clipped;
        MatrixRows.Times<L>(
            ref log, _w.Length, inputs.Stride, ref MemoryMarshal.GetArrayDataReference(probabilities), inputs.Classes,
            ref MemoryMarshal.GetArrayDataReference(_ofRow));
        for (var e = 0; e < _w.Length; e++)
        {
            var gradient = Math.Clamp(_ofRow[e] - Unsafe.Add(ref log, (e * inputs.Stride) + y), -Clip, Clip);
            _w[e] -= _rate * gradient;
            _ofRow[e] = -_phiRate * gradient;
        }
        if (_v.Length > 0)
            PhiRows.Add<L>(_v, _ofRow, inputs.Phi);
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
        (_w, _v, _ofRow) = (w, v, new float[w.Length]);
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

    /// <summary>The weights for a row: w + v φ.</summary>
    private void WeighRow(ReadOnlySpan<float> phi)
    {
        if (_v.Length == 0)
        {
            _w.CopyTo(_ofRow, 0);
            return;
        }
        PhiRows.Scores<L>(_v, phi, _ofRow);
        for (var e = 0; e < _w.Length; e++)
            _ofRow[e] = _w[e] + _ofRow[e];
    }

    private static float First(int experts) => Math.Min(1f, 1.5f / Math.Max(1, experts));
}
