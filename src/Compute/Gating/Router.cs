using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating;

/// <summary>
/// Scores g = G φ of N routed experts, of which the k with the highest g + bias see a row. The bias only chooses, it
/// never weighs; it rises for experts that get less than their share (loss-free balancing, Wang et al. 2024). Choices
/// are made by the version of <c>window</c> batches ago, so that they do not depend on how fast answers come.
/// </summary>
internal sealed class Router<L> where L : struct, ILanes<L>
{
    private readonly RouterOptions _options;
    private readonly int _experts;
    private readonly float[] _scores;
    private readonly float[] _chosenScore;
    private readonly float[] _g;
    private readonly float[] _bias;
    private readonly float[][] _versions;

    public Router(RouterOptions options, int experts, int phiStride, int window, ulong seed)
    {
        (_options, _experts) = (options, experts);
        K = Math.Min(options.TopK, experts);
        (_scores, _chosenScore) = (new float[experts], new float[K]);
        _g = new float[experts * phiStride];
        for (var i = 0; i < _g.Length; i++)
            _g[i] = 0.3f * Noise.Gaussian(seed, 0, (ulong)i);
        _bias = new float[experts];
        _versions = [.. Enumerable.Range(0, window + 1).Select(_ => new float[_g.Length + experts])];
        foreach (var version in _versions)
            CopyTo(version);
    }

    /// <summary>Experts chosen per row, K: the smaller of top-k and N.</summary>
    public int K { get; }

    /// <summary>
    /// Writes the K best experts for φ (P) of a row of a batch, best first; of equal ones the lowest number.
    /// </summary>
    public void Choose(long batch, ReadOnlySpan<float> phi, Span<int> chosen)
    {
        var version = _versions[Math.Max(0, batch - (_versions.Length - 1)) % _versions.Length];
        for (var e = 0; e < _experts; e++)
            _scores[e] = PhiRows.Score<L>(version, e, phi) + version[_g.Length + e];
        TopK.Select(_scores, chosen);
    }

    /// <summary>Weights of the chosen experts: softmax of their present scores, without the bias.</summary>
    public void Weigh(ReadOnlySpan<float> phi, ReadOnlySpan<int> chosen, Span<float> weight)
    {
        var top = float.MinValue;
        for (var i = 0; i < chosen.Length; i++)
        {
            _chosenScore[i] = PhiRows.Score<L>(_g, chosen[i], phi);
            top = Math.Max(top, _chosenScore[i]);
        }
        var sum = 0f;
        for (var i = 0; i < chosen.Length; i++)
            sum += weight[i] = Functions.Exp(_chosenScore[i] - top);
        for (var i = 0; i < chosen.Length; i++)
            weight[i] /= sum;
    }

    /// <summary>
    /// G_e += rate (r_e - weight_e) φ with responsibilities r_e ∝ weight_e · ofTruth_e (Jordan and Jacobs 1994, eq.
    /// 18); bias_e += biasRate (K / N - [e chosen]).
    /// </summary>
    public void Learn(
        ReadOnlySpan<float> phi, ReadOnlySpan<int> chosen, ReadOnlySpan<float> weight, ReadOnlySpan<float> ofTruth)
    {
        var total = 1e-9f;
        for (var i = 0; i < chosen.Length; i++)
            total += weight[i] * ofTruth[i];
        for (var i = 0; i < chosen.Length; i++)
        {
            var responsibility = weight[i] * ofTruth[i] / total;
            PhiRows.Add<L>(_g, chosen[i], _options.Rate * (responsibility - weight[i]), phi);
        }
        var rise = _options.BiasRate * K / _experts;
        for (var e = 0; e < _experts; e++)
            _bias[e] += rise;
        foreach (var e in chosen)
            _bias[e] -= _options.BiasRate;
    }

    /// <summary>Keeps the present scores as the version after batch <paramref name="batch"/>.</summary>
    public void Mark(long batch) => CopyTo(_versions[batch % _versions.Length]);

    public void Save(StateWriter state)
    {
        state.Write<float>(_g);
        state.Write<float>(_bias);
        foreach (var version in _versions)
            state.Write<float>(version);
    }

    public void Load(StateReader state)
    {
        state.Read<float>(_g);
        state.Read<float>(_bias);
        foreach (var version in _versions)
            state.Read<float>(version);
    }

    private void CopyTo(float[] version)
    {
        _g.CopyTo(version, 0);
        _bias.CopyTo(version, _g.Length);
    }
}
