namespace MoE.Compute.Scoring;

/// <summary>How evenly the rows are spread over the routed experts.</summary>
/// <param name="Experts">Routed experts, 1 or more.</param>
/// <param name="Entropy">
/// H(p) / ln N, percent, of the experts' parts p of all that was routed: 100 is even, 0 is all to one.
/// </param>
/// <param name="Dead">Experts with less than a tenth of an even part.</param>
public sealed record LoadBalance(int Experts, double Entropy, int Dead)
{
    private const double DeadShare = 0.1;

    /// <summary>The balance of the experts' shares, in any unit; null before anything was routed.</summary>
    public static LoadBalance? Of(IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var total = shares.Sum();
        if (total <= 0)
            return null;
        var entropy = shares.Where(share => share > 0).Sum(share => -share / total * Math.Log(share / total));
        return new LoadBalance(
            shares.Count,
            shares.Count == 1 ? 100 : 100 * entropy / Math.Log(shares.Count),
            shares.Count(share => share < DeadShare * total / shares.Count));
    }
}
