using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Rules;

/// <summary>
/// Logistic regression, one for each expert, of whether it is right on a row that it saw, as the router of DriftMoE
/// learns which experts are right (Aspis et al. 2025): G_e += rate ([e is right] - σ(g_e)) φ. The softmax of the chosen
/// scores then weighs experts by their odds of being right. A bias on the choice keeps the load even, for an expert
/// that sees no rows could not show that it has become better.
/// </summary>
internal sealed class CompetenceRule<L>(float rate) : IRouterRule<L> where L : struct, ILanes<L>
{
    public bool KeepsBias => true;

    public void Learn(RouterScores<L> scores, in RoutedRow row)
    {
        for (var i = 0; i < row.Chosen.Length; i++)
        {
            var expert = row.Chosen[i];
            var competence = 1f / (1f + FastMath.Exp(-scores.Of(expert, row.Phi)));
            scores.Add(expert, rate * ((row.Right[i] ? 1f : 0f) - competence), row.Phi);
        }
    }
}
