using MoE.Compute.Files;
using MoE.Compute.Rosters;
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
    private readonly int _phiStride;
    private Roster _roster;
    private float[] _g;
    private float[] _bias;
    private readonly float[][] _versions;
    private float[] _chosenScore = [];
    private float[] _scores = [];
    private int[] _candidates = [];
    private int[] _slots = [];
    private int[] _best = [];
    private float[] _version = [];

    public Router(RouterOptions options, Roster roster, int phiStride, int window, ulong seed)
    {
        (_options, _roster, _phiStride) = (options, roster, phiStride);
        _g = new float[roster.Routed.Count * phiStride];
        for (var i = 0; i < _g.Length; i++)
            _g[i] = 0.3f * Noise.Gaussian(seed, 0, (ulong)i);
        _bias = new float[roster.Routed.Count];
        _versions = new float[window + 1][];
        for (var i = 0; i <= window; i++)
            Mark(i);
    }

    /// <summary>Prepares the choice for a batch; answers how many experts each row gets, K.</summary>
    public int Begin(long batch, int rows, Roster roster)
    {
        _version = _versions[Math.Max(0, batch - (_versions.Length - 1)) % _versions.Length];
        var known = Enumerable.Range(0, _roster.Routed.Count)
            .Where(slot => !float.IsNegativeInfinity(_version[(_roster.Routed.Count * _phiStride) + slot]))
            .Select(slot => (Slot: slot, Place: roster.PlaceOf(_roster[_roster.Routed[slot]].Key)))
            .Where(known => known.Place >= 0 && roster.SlotOf(known.Place) >= 0).ToList();
        _candidates = [.. known.Select(k => k.Slot)];
        _slots = [.. known.Select(k => roster.SlotOf(k.Place))];
        _scores = new float[_candidates.Length];
        _best = new int[Math.Min(_options.TopK, _candidates.Length)];
        return _best.Length;
    }

    /// <summary>
    /// Writes the K best experts for φ (P) of a row of a batch, best first; of equal ones the lowest number.
    /// </summary>
    public void Choose(ReadOnlySpan<float> phi, Span<int> chosen)
    {
        for (var i = 0; i < _candidates.Length; i++)
            _scores[i] = PhiRows.Score<L>(_version, _candidates[i], phi)
                + _version[(_roster.Routed.Count * _phiStride) + _candidates[i]];
        TopK.Select(_scores, _best);
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = _slots[_best[i]];
    }

    /// <summary>Goes on with another pool.</summary>
    public void Reshape(Roster roster)
    {
        var (before, count, old) = (_roster, roster.Routed.Count, _roster.Routed.Count);
        var (g, bias) = (new float[count * _phiStride], new float[count]);
        var versions = _versions.Select(_ => new float[(count * _phiStride) + count]).ToArray();
        foreach (var version in versions)
            version.AsSpan(count * _phiStride).Fill(float.NegativeInfinity);
        for (var slot = 0; slot < count; slot++)
        {
            var member = roster[roster.Routed[slot]];
            var from = before.PlaceOf(member.Key) is >= 0 and var place ? before.SlotOf(place) : -1;
            var parent = member.Parent is { } key && before.PlaceOf(key) is >= 0 and var p ? before.SlotOf(p) : -1;
            if (from >= 0)
            {
                _g.AsSpan(from * _phiStride, _phiStride).CopyTo(g.AsSpan(slot * _phiStride));
                bias[slot] = _bias[from];
                for (var v = 0; v < versions.Length; v++)
                {
                    _versions[v].AsSpan(from * _phiStride, _phiStride).CopyTo(versions[v].AsSpan(slot * _phiStride));
                    versions[v][(count * _phiStride) + slot] = _versions[v][(old * _phiStride) + from];
                }
                continue;
            }
            var seed = Noise.Seed((long)member.Seed, member.Origin);
            for (var i = 0; i < _phiStride; i++)
                g[(slot * _phiStride) + i] = parent >= 0
                    ? _g[(parent * _phiStride) + i] + (0.1f * Noise.Gaussian(seed, 0, (ulong)i))
                    : 0.3f * Noise.Gaussian(seed, 0, (ulong)i);
            bias[slot] = parent >= 0 ? _bias[parent] : old > 0 ? _bias.Sum() / old : 0f;
        }
        (_roster, _g, _bias) = (roster, g, bias);
        versions.CopyTo(_versions, 0);
    }

    /// <summary>Weights of the chosen experts: softmax of their present scores, without the bias.</summary>
    public void Weigh(ReadOnlySpan<float> phi, ReadOnlySpan<int> chosen, Span<float> weight)
    {
        if (_chosenScore.Length < chosen.Length)
            _chosenScore = new float[chosen.Length];
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
        ReadOnlySpan<float> phi, ReadOnlySpan<int> chosen, ReadOnlySpan<float> weight, ReadOnlySpan<float> ofTruth,
        ReadOnlySpan<bool> right)
    {
        var total = 1e-9f;
        for (var i = 0; i < chosen.Length; i++)
            total += weight[i] * ofTruth[i];
        for (var i = 0; i < chosen.Length; i++)
        {
            var responsibility = weight[i] * ofTruth[i] / total;
            PhiRows.Add<L>(_g, chosen[i], _options.Rate * (responsibility - weight[i]), phi);
        }
        var rise = _options.BiasRate * chosen.Length / _bias.Length;
        for (var e = 0; e < _bias.Length; e++)
            _bias[e] += rise;
        foreach (var e in chosen)
            _bias[e] -= _options.BiasRate;
    }

    /// <summary>Keeps the present scores as the version after batch <paramref name="batch"/>.</summary>
    public void Mark(long batch) => _versions[batch % _versions.Length] = [.. _g, .. _bias];

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
}
