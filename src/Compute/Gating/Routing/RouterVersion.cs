using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Gating.Routing;

/// <summary>
/// The router's scores and biases as they were after a batch. G lies in groups of 16 experts, (N / 16, P, 16), so that
/// 16 scores are computed at once.
/// </summary>
internal sealed class RouterVersion<L>(int experts, int phiStride) where L : struct, ILanes<L>
{
    /// <summary>The bias of an expert that the version does not know.</summary>
    public const float Unknown = float.NegativeInfinity;

    private readonly float[] _g = new float[ClassVectors.Padded(experts) * phiStride];
    private long _number = -1;

    /// <summary>Groups of 16 experts.</summary>
    public int Groups => _g.Length / (ClassVectors.Block * phiStride);

    /// <summary>The biases (N).</summary>
    public float[] Bias { get; } = new float[experts];

    /// <summary>The version as a bank with other biases, at least as many as its groups have experts.</summary>
    public RouterBank Bank(float[] bias) => new(_g, bias, phiStride);

    /// <summary>Takes over the scores as they are now.</summary>
    public void Take(RouterScores<L> scores)
    {
        for (var e = 0; e < experts; e++)
            if (scores.Changed(e) > _number)
                Put(e, scores.Row(e));
        scores.Bias.AsSpan(0, experts).CopyTo(Bias);
        _number = scores.Next;
    }

    /// <summary>The version of other slots, in which the members that are new to it are unknown.</summary>
    /// <param name="from">By new slot, the present one; -1 for a new member.</param>
    public RouterVersion<L> Reshaped(ReadOnlySpan<int> from)
    {
        var version = new RouterVersion<L>(from.Length, phiStride);
        var row = new float[phiStride];
        for (var e = 0; e < from.Length; e++)
        {
            version.Bias[e] = from[e] < 0 ? Unknown : Bias[from[e]];
            if (from[e] < 0)
                continue;
            Get(from[e], row);
            version.Put(e, row);
        }
        return version;
    }

    /// <summary>Reads (N, P) scores and N biases out of one array.</summary>
    public void Load(ReadOnlySpan<float> flat)
    {
        for (var e = 0; e < experts; e++)
            Put(e, flat.Slice(e * phiStride, phiStride));
        flat[^experts..].CopyTo(Bias);
        _number = -1;
    }

    /// <summary>Writes (N, P) scores and N biases into one array.</summary>
    public void Save(Span<float> flat)
    {
        for (var e = 0; e < experts; e++)
            Get(e, flat.Slice(e * phiStride, phiStride));
        Bias.CopyTo(flat[^experts..]);
    }

    private Span<float> Lane(int e) =>
        _g.AsSpan((e / ClassVectors.Block * phiStride * ClassVectors.Block) + (e % ClassVectors.Block));

    private void Put(int e, ReadOnlySpan<float> row)
    {
        var lane = Lane(e);
        for (var p = 0; p < row.Length; p++)
            lane[p * ClassVectors.Block] = row[p];
    }

    private void Get(int e, Span<float> row)
    {
        var lane = Lane(e);
        for (var p = 0; p < row.Length; p++)
            row[p] = lane[p * ClassVectors.Block];
    }
}

/// <summary>The choice of experts for the rows of one batch, by one version of the router.</summary>
internal sealed class RouterChoice<L>(RouterOptions options, bool asksAll) where L : struct, ILanes<L>
{
    private readonly Capacity? _capacity = options.Capacity > 0f && !asksAll ? new Capacity(options.Capacity) : null;
    private readonly SimdBankScorer<L> _simd = new();
    private BankScoring? _elsewhere;
    private RouterBank _bank;
    private (Roster Version, Roster Batch)? _mapped;
    private int[] _slot = [];
    private float[] _open = [];
    private float[] _bestScores = [];
    private int _candidates;
    private int _k;

    /// <summary>Has big banks scored elsewhere.</summary>
    public void ScoreBanks(BankScoring elsewhere) => _elsewhere = elsewhere;

    /// <summary>Begins a batch.</summary>
    /// <param name="version">The version that chooses.</param>
    /// <param name="own">The roster whose slots the version is in.</param>
    /// <param name="roster">The batch's roster.</param>
    /// <param name="rows">Its rows.</param>
    /// <returns>Experts chosen per row, K.</returns>
    public int Begin(RouterVersion<L> version, Roster own, Roster roster, int rows)
    {
        if (_mapped != (own, roster))
            (_mapped, _slot) = ((own, roster), SlotMap.Of(own, roster));
        if (_open.Length < version.Groups * ClassVectors.Block)
            _open = new float[version.Groups * ClassVectors.Block];
        _bank = version.Bank(_open);
        _candidates = 0;
        _open.AsSpan().Fill(float.NegativeInfinity);
        for (var e = 0; e < _slot.Length; e++)
        {
            _open[e] = _slot[e] < 0 ? float.NegativeInfinity : version.Bias[e];
            _candidates += float.IsNegativeInfinity(_open[e]) ? 0 : 1;
        }
        _k = asksAll ? _candidates : Math.Min(options.TopK, _candidates);
        _capacity?.Begin(_open.AsSpan(0, _slot.Length), _candidates, rows, _k);
        return _k;
    }

    /// <summary>Writes the experts of one row or of several, (B, K) for φ (B, P).</summary>
    public void Choose(ReadOnlySpan<float> phi, Span<int> chosen)
    {
        if (chosen.Length == 0)
            return;
        if (asksAll)
            chosen.Fill(-1);
        else if (_capacity is null)
            Select(phi, chosen);
        else
            for (var row = 0; row < chosen.Length / _k; row++)
                SelectAndTake(phi.Slice(row * _bank.PhiStride, _bank.PhiStride), chosen.Slice(row * _k, _k));
        // scores that are NaN are never the best, but a row always has its K experts
        for (var at = 0; at < chosen.Length; at += _k)
            Fill(chosen.Slice(at, _k));
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = _slot[chosen[i]];
    }

    private void Select(ReadOnlySpan<float> phi, Span<int> best)
    {
        if (_bestScores.Length < best.Length)
            _bestScores = new float[best.Length];
        if (_elsewhere is { } elsewhere && _candidates >= elsewhere.FewestExperts && TrySelect(elsewhere, phi, best))
            return;
        _simd.Choose(_bank, phi, best, _bestScores.AsSpan(0, best.Length));
    }

    private bool TrySelect(BankScoring elsewhere, ReadOnlySpan<float> phi, Span<int> best)
    {
        try
        {
            elsewhere.Scorer.Choose(_bank, phi, best, _bestScores.AsSpan(0, best.Length));
            return true;
        }
        catch (Exception e)
        {
            // whatever broke there, the CPU makes the same choice
            _elsewhere = null;
            elsewhere.Lost(e);
            return false;
        }
    }

    /// <summary>Chooses for one row of a batch in which experts take so many rows only.</summary>
    private void SelectAndTake(ReadOnlySpan<float> phi, Span<int> best)
    {
        if (_bestScores.Length < best.Length)
            _bestScores = new float[best.Length];
        _simd.Choose(_bank, phi, best, _bestScores.AsSpan(0, best.Length));
        Fill(best);
        if (_capacity!.Missing(best) > 0)
            _capacity.Settle(_simd.ScoresOf(_bank), best);
        _capacity.Take(best, _open);
    }

    /// <summary>Gives a row the lowest experts that it does not have, if it lacks some.</summary>
    private void Fill(Span<int> best)
    {
        var taken = best.IndexOf(-1);
        for (var e = 0; taken >= 0 && taken < best.Length; e++)
            if (!float.IsNegativeInfinity(_open[e]) && (asksAll || !best[..taken].Contains(e)))
                best[taken++] = e;
    }
}
