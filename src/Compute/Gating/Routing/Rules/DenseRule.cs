using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Rules;

/// <summary>
/// The mixture of experts as it was before routing became sparse (Jordan and Jacobs 1994): all experts see all rows,
/// so that there is no load to keep even.
/// </summary>
internal sealed class DenseRule<L>(float rate) : IRouterRule<L> where L : struct, ILanes<L>
{
    private readonly LinearRule<L> _likelihood = new(rate);

    public bool AsksAll => true;

    public bool KeepsBias => false;

    public void Learn(RouterScores<L> scores, in RoutedRow row) => _likelihood.Learn(scores, row);
}
