namespace MoE.Compute.Gating.Routing;

/// <summary>
/// How many rows of a batch each expert still takes: ⌈factor · K · rows / N⌉ in all (Fedus et al. 2022, eq. 3). A full
/// one is passed over for the next best. No row is left short of K experts, which it could be where the better ones
/// fill up first; so those that the rest of the batch cannot do without are used early enough.
/// </summary>
internal sealed class Capacity(float factor)
{
    private int[] _left = [];
    private int _rows;
    private int _k;

    /// <summary>Begins a batch.</summary>
    /// <param name="open">Biases (N); -∞ for an expert that must not be chosen.</param>
    /// <param name="candidates">Experts that may be chosen.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="k">Experts per row.</param>
    public void Begin(ReadOnlySpan<float> open, int candidates, int rows, int k)
    {
        (_rows, _k) = (rows, k);
        if (_left.Length != open.Length)
            _left = new int[open.Length];
        // as decimals, so that 1.1 times 10 is 11 and not a little more
        var most = candidates == 0 ? 0 : (int)Math.Min(rows, Math.Ceiling((decimal)factor * k * rows / candidates));
        for (var e = 0; e < open.Length; e++)
            _left[e] = float.IsNegativeInfinity(open[e]) ? 0 : most;
    }

    /// <summary>Exchanges the worst of a row's choice for experts that the rest of the batch needs used now.</summary>
    /// <param name="scores">Scores (N) of all experts.</param>
    /// <param name="best">The choice (K), best first.</param>
    public void Settle(ReadOnlySpan<float> scores, Span<int> best)
    {
        var missing = Missing(best);
        for (var i = best.Length - 1; i >= 0 && missing > 0; i--)
        {
            if (IsNeeded(best[i]))
                continue;
            best[i] = BestNeeded(scores, best);
            missing--;
        }
        for (var i = 1; i < best.Length; i++)
            for (var at = i; at > 0 && IsBefore(scores, best[at], best[at - 1]); at--)
                (best[at], best[at - 1]) = (best[at - 1], best[at]);
    }

    /// <summary>
    /// How many experts the choice lacks so that each row left can have K of them. With c_e places left and R rows,
    /// that can be as long as Σ_e min(c_e, R) ≥ K R, and one with c_e ≥ R loses a place whether it is chosen or not.
    /// </summary>
    public int Missing(ReadOnlySpan<int> best)
    {
        var spare = -(long)_k * _rows;
        var needed = 0;
        for (var e = 0; e < _left.Length; e++)
        {
            spare += Math.Min(_left[e], _rows);
            needed += IsNeeded(e) ? 1 : 0;
        }
        foreach (var e in best)
            needed -= IsNeeded(e) ? 1 : 0;
        return (int)Math.Max(0, needed - spare);
    }

    /// <summary>Ends a row.</summary>
    /// <param name="best">Its experts.</param>
    /// <param name="open">Biases (N); those of full experts become -∞.</param>
    public void Take(ReadOnlySpan<int> best, Span<float> open)
    {
        _rows--;
        foreach (var e in best)
            if (--_left[e] == 0)
                open[e] = float.NegativeInfinity;
    }

    private bool IsNeeded(int e) => _left[e] > 0 && _left[e] >= _rows;

    private int BestNeeded(ReadOnlySpan<float> scores, ReadOnlySpan<int> best)
    {
        var found = -1;
        for (var e = 0; e < _left.Length; e++)
            if (IsNeeded(e) && !best.Contains(e) && (found < 0 || scores[e] > scores[found]))
                found = e;
        return found;
    }

    private static bool IsBefore(ReadOnlySpan<float> scores, int a, int b) =>
        scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}
