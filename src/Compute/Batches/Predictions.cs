using MoE.Compute.Data;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Batches;

/// <summary>
/// The mixture's answers to B rows: to a batch, made before its rows were learned, or to rows that are only predicted.
/// </summary>
/// <param name="Number">
/// The batch's number; of rows that are only predicted, that of the last batch learned before, whose state answered.
/// </param>
/// <param name="Classes">Most probable class per row (B); -1 while no class is known.</param>
/// <param name="Probabilities">
/// Per row and class (B, <paramref name="ClassStride"/>); 0 for classes not yet known.
/// </param>
/// <param name="ClassStride">Length of a row of <paramref name="Probabilities"/>.</param>
public sealed record Predictions(long Number, int[] Classes, float[] Probabilities, int ClassStride)
{
    /// <summary>
    /// The names of the classes known, by index, if the rows were predicted without learning; else empty.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The pool that answered.</summary>
    public Roster Roster { get; init; } = new([], 0);

    /// <summary>
    /// The changes of the pool with which the batch began, if the mixture carried them out; without those of
    /// reserves, which are not asked.
    /// </summary>
    public IReadOnlyList<RosterChange> Changes { get; init; } = [];

    /// <summary>
    /// Falls of accuracy that were confirmed in the batch, and what growth suggests, in one sentence each.
    /// </summary>
    public IReadOnlyList<string> Drifts { get; init; } = [];

    /// <summary>Per slot of the router, the rows that chose it; null if none did.</summary>
    internal int[]?[] RowsOf { get; init; } = [];

    /// <summary>For how many of the rows each routed expert was chosen, in the roster's order.</summary>
    public IReadOnlyList<int> Load() => Array.ConvertAll(RowsOf, rows => rows?.Length ?? 0);
}

/// <summary>What an observer hears of one more batch that is predicted and learned.</summary>
/// <param name="Scores">How good the predictions were, up to its end.</param>
/// <param name="Roster">The pool as it saw the batch.</param>
/// <param name="Load">For how many of its rows each routed expert was chosen, by slot of that roster.</param>
/// <param name="Changes">What was changed about the pool right before it, except for reserves.</param>
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
