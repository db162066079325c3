namespace MoE.Compute.Gating.Routing.Banks;

/// <summary>
/// Scores rows by a bank and picks the best experts of each. Every implementation gives the same bits where products
/// are added to sums with one rounding, so that it does not matter which one chooses. Not safe for several threads.
/// </summary>
public interface IBankScorer
{
    /// <summary>
    /// Picks the K experts of the highest score for each of B rows, best first; of equal ones the lowest place. Scores
    /// that are -∞ or no numbers are never picked.
    /// </summary>
    /// <param name="bank">Whom to choose from.</param>
    /// <param name="phi">φ (B, P).</param>
    /// <param name="best">Places (B, K); -1 where a row has no more scores.</param>
    /// <param name="scores">Their scores (B, K); unspecified where there is no place.</param>
    void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores);
}
