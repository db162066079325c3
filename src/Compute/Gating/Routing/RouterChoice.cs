using System.Runtime.InteropServices;
using MoE.Compute.Rosters;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating.Routing;

/// <summary>The choice of experts for the rows of one batch, by one version of the router.</summary>
internal sealed class RouterChoice<L>(RouterOptions options, bool asksAll) where L : struct, ILanes<L>
{
    private readonly Capacity? _capacity = options.Capacity > 0f && !asksAll ? new Capacity(options.Capacity) : null;
    private readonly float[] _room = new float[ClassRows.Block];
    private RouterVersion<L>? _version;
    private (Roster Version, Roster Batch)? _mapped;
    private int[] _slot = [];
    private float[] _open = [];
    private float[] _scores = [];

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
            _open = new float[version.Groups * ClassRows.Block];
        var candidates = 0;
        _open.AsSpan().Fill(float.NegativeInfinity);
        for (var e = 0; e < _slot.Length; e++)
        {
            _open[e] = _slot[e] < 0 ? float.NegativeInfinity : version.Bias[e];
            candidates += float.IsNegativeInfinity(_open[e]) ? 0 : 1;
        }
        var k = asksAll ? candidates : Math.Min(options.TopK, candidates);
        if (_scores.Length < k)
            _scores = new float[k];
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
        var top = new TopK<L>(best, _scores, _room);
        var features = RouterVersion<L>.Features(phi);
        for (var group = 0; group < _version!.Groups; group++)
            top.Offer(group * ClassRows.Block, Scores(group, phi, features));
        // scores that are no numbers are never the best, but a row always has its K experts
        Fill(best, top.Taken);
        if (_capacity is null)
            return;
        if (_capacity.Missing(best) > 0)
            _capacity.Settle(AllScores(phi, features), best);
        _capacity.Take(best, _open);
    }

    private L Scores(int group, ReadOnlySpan<float> phi, int features) =>
        _version!.Scores(group, phi, features) + L.Load(ref _open[0], (nuint)(group * ClassRows.Block));

    private ReadOnlySpan<float> AllScores(ReadOnlySpan<float> phi, int features)
    {
        var scores = new float[_version!.Groups * ClassRows.Block];
        for (var group = 0; group < _version.Groups; group++)
            Scores(group, phi, features).Store(
                ref MemoryMarshal.GetArrayDataReference(scores), (nuint)(group * ClassRows.Block));
        return scores;
    }

    private void Fill(Span<int> best, int taken)
    {
        for (var e = 0; taken < best.Length; e++)
            if (!float.IsNegativeInfinity(_open[e]) && (asksAll || !best[..taken].Contains(e)))
                best[taken++] = e;
    }
}
