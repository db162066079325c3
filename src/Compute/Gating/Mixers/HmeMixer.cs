using System.Runtime.InteropServices;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Mixers;

/// <summary>
/// A mean whose weights depend on the row: g = softmax(ln w_e + v_e·φ), w by Hedge; v_e += rate (r_e - g_e) φ, where
/// r_e ∝ g_e p_e[y] are the posterior responsibilities (Jordan and Jacobs 1994, eq. 18).
/// </summary>
internal sealed class HmeMixer<L>(int experts, int phiStride, float phiRate, float hedgeRate, float share) : IMixer<L>
    where L : struct, ILanes<L>
{
    private const float Worst = 4f;

    private readonly HedgeWeights<L> _hedge = new(experts, hedgeRate, share, Worst);
    private int _experts = experts;
    private float[] _v = new float[experts * phiStride];
    private float[] _scores = new float[ClassVectors.Padded(experts)];
    private float[] _gates = new float[ClassVectors.Padded(experts)];

    public void Mix(MixerInputs<L> inputs, float[] probabilities)
    {
        PhiRows.Scores<L>(_v, inputs.Phi, _gates.AsSpan(0, _experts));
        ref var scores = ref MemoryMarshal.GetArrayDataReference(_scores);
        ref var gates = ref MemoryMarshal.GetArrayDataReference(_gates);
        for (nuint e = 0; e < (nuint)_scores.Length; e += ClassVectors.Block)
        {
            var prior = L.Max(L.Load(ref MemoryMarshal.GetArrayDataReference(_hedge.Values), e), L.Broadcast(1e-12f));
            (FastMath.Log(prior) + L.Load(ref gates, e)).Store(ref scores, e);
        }
        ClassVectors.LogSoftmax<L>(ref scores, _experts, ref scores, ref gates);
        LinearPool.Mix(inputs, _gates, probabilities);
    }

    public void Learn(MixerInputs<L> inputs, float[] probabilities, int y)
    {
        var total = 1e-9f;
        for (var e = 0; e < _experts; e++)
            total += _gates[e] * inputs.OfTruth[e];
        for (var e = 0; e < _experts; e++)
        {
            var responsibility = _gates[e] * inputs.OfTruth[e] / total;
            _scores[e] = phiRate * (responsibility - _gates[e]);
        }
        PhiRows.Add<L>(_v, _scores.AsSpan(0, _experts), inputs.Phi);
        _hedge.Learn(inputs.LogOfTruth);
    }

    public void Reshape(ReadOnlySpan<InputOrigin> inputs)
    {
        var v = new float[inputs.Length * phiStride];
        for (var e = 0; e < inputs.Length; e++)
            if (inputs[e].Old is >= 0 and var old)
                _v.AsSpan(old * phiStride, phiStride).CopyTo(v.AsSpan(e * phiStride));
        (_experts, _v) = (inputs.Length, v);
        (_scores, _gates) = (new float[ClassVectors.Padded(_experts)], new float[ClassVectors.Padded(_experts)]);
        _hedge.Reshape(inputs);
    }

    public void AddWeights(Span<double> weights, double share) => _hedge.AddTo(weights, share);

    public void Save(StateWriter state)
    {
        _hedge.Save(state);
        state.Write<float>(_v);
    }

    public void Load(StateReader state)
    {
        _hedge.Load(state);
        state.Read<float>(_v);
    }
}
