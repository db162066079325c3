using MoE.Compute.Rosters;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating.Routing;

/// <summary>The choice of experts for the rows of one batch, by one version of the router.</summary>
internal sealed class RouterChoice<L>(RouterOptions options, bool asksAll) where L : struct, ILanes<L>
{
    private readonly Capacity? _capacity = options.Capacity > 0f && !asksAll ? new Capacity(options.Capacity) : null;
    private RouterVersion<L>? _version;
    private (Roster Version, Roster Batch)? _mapped;
    private int[] _slot = [];
    private float[] _open = [];
    private float[] _scores = [];
    private float[] _bestScores = [];

    /// <summary>Begins a batch.</summary>
    /// <param name="version">The version that chooses.</param>
    /// <param name="own">The roster whose slots the version is in.</param>
    /// <param name="roster">The batch's roster.</param>
    /// <param name="rows">Its rows.</param>
    /// <returns>Experts chosen per row, K.</returns>
    public int Begin(RouterVersion<L> version, Roster own, Roster roster, int rows)
    {
        _version = version;
        if (_mapped != (own, roster))
            (_mapped, _slot) = ((own, roster), SlotMap.Of(own, roster));
        if (_open.Length < version.Groups * ClassRows.Block)
        {
            _open = new float[version.Groups * ClassRows.Block];
            _scores = new float[_open.Length];
        }
        var candidates = 0;
        _open.AsSpan().Fill(float.NegativeInfinity);
        for (var e = 0; e < _slot.Length; e++)
        {
            _open[e] = _slot[e] < 0 ? float.NegativeInfinity : version.Bias[e];
            candidates += float.IsNegativeInfinity(_open[e]) ? 0 : 1;
        }
        var k = asksAll ? candidates : Math.Min(options.TopK, candidates);
        if (_bestScores.Length < k)
            _bestScores = new float[k];
        _capacity?.Begin(_open.AsSpan(0, _slot.Length), candidates, rows, k);
        return k;
    }

    /// <summary>Writes the experts of a row.</summary>
    public void Choose(ReadOnlySpan<float> phi, Span<int> chosen)
    {
        if (chosen.Length == 0)
            return;
        if (asksAll)
            Fill(chosen, 0);
        else
            Select(phi, chosen);
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = _slot[chosen[i]];
    }

    private void Select(ReadOnlySpan<float> phi, Span<int> best)
    {
        var features = RouterVersion<L>.Features(phi);
        for (var group = 0; group < _version!.Groups; group++)
        {
            var at = (nuint)(group * ClassRows.Block);
            (_version.Scores(group, phi, features) + L.Load(ref _open[0], at)).Store(ref _scores[0], at);
        }
        var scores = _scores.AsSpan(0, _version.Groups * ClassRows.Block);
        // scores that are no numbers are never the best, but a row always has its K experts
        Fill(best, TopK.Select<L>(scores, best, _bestScores));
        if (_capacity is null)
            return;
        if (_capacity.Missing(best) > 0)
            _capacity.Settle(scores, best);
        _capacity.Take(best, _open);
    }

    private void Fill(Span<int> best, int taken)
    {
        for (var e = 0; taken < best.Length; e++)
            if (!float.IsNegativeInfinity(_open[e]) && (asksAll || !best[..taken].Contains(e)))
                best[taken++] = e;
    }
}
