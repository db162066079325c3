using MoE.Compute.Data;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Batches;

/// <summary>What an observer hears of one more batch that is predicted and learned.</summary>
/// <param name="Scores">How good the predictions were, up to its end.</param>
/// <param name="Roster">The pool as it saw the batch.</param>
/// <param name="Load">For how many of its rows each routed expert was chosen, by slot of that roster.</param>
/// <param name="Changes">What was changed about the pool right before it, but for reserves, which nobody asks.</param>
public sealed record BatchOutcome(
    Scores Scores, Roster Roster, IReadOnlyList<int> Load, IReadOnlyList<RosterChange> Changes)
{
    /// <summary>What was predicted of its rows before they were learned.</summary>
    public Predictions? Predictions { get; init; }

    /// <summary>Its rows, as their source gave them.</summary>
    public RowBatch? Rows { get; init; }

    /// <summary>Drifts that were confirmed in it, and what growth suggests, in one sentence each.</summary>
    public IReadOnlyList<string> Drifts { get; init; } = [];
}
