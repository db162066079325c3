using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Rules;

/// <summary>
/// G_e += rate (r_e - weight_e) φ with responsibilities r_e ∝ weight_e · ofTruth_e (Jordan and Jacobs 1994, eq. 18),
/// of the chosen experts; a bias on the choice alone keeps the load even (Wang et al. 2024).
/// </summary>
internal sealed class LinearRule<L>(float rate) : IRouterRule<L> where L : struct, ILanes<L>
{
    public bool KeepsBias => true;

    public void Learn(RouterScores<L> scores, in RoutedRow row)
    {
        var total = 1e-9f;
        for (var i = 0; i < row.Chosen.Length; i++)
            total += row.Weight[i] * row.OfTruth[i];
        for (var i = 0; i < row.Chosen.Length; i++)
        {
            var responsibility = row.Weight[i] * row.OfTruth[i] / total;
            scores.Add(row.Chosen[i], rate * (responsibility - row.Weight[i]), row.Phi);
        }
    }
}
