using MoE.Compute.Rosters;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating.Routing;

/// <summary>The choice of experts for the rows of one batch, by one version of the router.</summary>
internal sealed class RouterChoice<L>(RouterOptions options, bool asksAll) where L : struct, ILanes<L>
{
    private readonly Capacity? _capacity = options.Capacity > 0f && !asksAll ? new Capacity(options.Capacity) : null;
    /// <summary>Rows that are scored together, so that the weights of a group of experts are read once for all.</summary>
    private const int RowsAtOnce = 16;

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
            _scores = new float[RowsAtOnce * _open.Length];
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

    /// <summary>Writes the experts (rows, K) of rows φ (rows, P).</summary>
    public void Choose(ReadOnlySpan<float> phi, Span<int> chosen)
    {
        if (chosen.Length == 0)
            return;
        var stride = _version!.PhiStride;
        var rows = phi.Length / stride;
        var k = chosen.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            var best = chosen.Slice(row * k, k);
            if (asksAll)
                Fill(best, 0);
            else
            {
                if (row % RowsAtOnce == 0)
                    Score(phi.Slice(row * stride, Math.Min(rows - row, RowsAtOnce) * stride));
                Select(row % RowsAtOnce, best);
            }
            for (var i = 0; i < k; i++)
                best[i] = _slot[best[i]];
        }
    }

    /// <summary>_scores (rows, N) = G φ.</summary>
    private void Score(ReadOnlySpan<float> phi)
    {
        var (stride, experts) = (_version!.PhiStride, _version.Groups * ClassRows.Block);
        var rows = phi.Length / stride;
        Span<int> features = stackalloc int[RowsAtOnce];
        for (var row = 0; row < rows; row++)
            features[row] = RouterVersion<L>.Features(phi.Slice(row * stride, stride));
        for (var group = 0; group < _version.Groups; group++)
            for (var row = 0; row < rows; row++)
                _version.Scores(group, phi.Slice(row * stride, stride), features[row])
                    .Store(ref _scores[0], (nuint)((row * experts) + (group * ClassRows.Block)));
    }

    private void Select(int row, Span<int> best)
    {
        var experts = _version!.Groups * ClassRows.Block;
        var scores = _scores.AsSpan(row * experts, experts);
        // a row may close experts to the rows behind it, and is scored together with them: so this is added here
        for (nuint at = 0; at < (nuint)experts; at += ClassRows.Block)
            (L.Load(ref scores[0], at) + L.Load(ref _open[0], at)).Store(ref scores[0], at);
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
