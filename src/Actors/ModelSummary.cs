using MoE.Compute.Data;

namespace MoE.Actors;

/// <summary>A model of a node, as a list of them shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOpen">Whether it is open in this node.</param>
/// <param name="Rows">Rows that were learned, of all sources.</param>
/// <param name="Schema">Its columns and its target; null where they cannot be read.</param>
/// <param name="Problem">Why no more can be said of it, in one sentence; null where nothing is wrong.</param>
public sealed record ModelSummary(string Name, bool IsOpen, long Rows, Schema? Schema, string? Problem);
