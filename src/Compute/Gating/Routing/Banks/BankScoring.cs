namespace MoE.Compute.Gating.Routing.Banks;

/// <summary>Has the experts of big banks chosen elsewhere than on the CPU.</summary>
/// <param name="Scorer">Who chooses.</param>
/// <param name="FewestExperts">The smallest bank that is worth the way there; 1 or more.</param>
/// <param name="Lost">Is told why the scorer failed; the CPU has chosen in its place, and does from then on.</param>
public sealed record BankScoring(IBankScorer Scorer, int FewestExperts, Action<Exception> Lost);
