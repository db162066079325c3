using MoE.Compute.Rosters;

namespace MoE.Actors.Gate.Recovery;

/// <summary>
/// Where a model can be rebuilt from: a complete checkpoint, or the beginning where it is null, and every batch and
/// every change of the pool since.
/// </summary>
internal sealed record RecoveryPoint(
    CheckpointCompleted? Checkpoint, IReadOnlyList<AcceptedBatch> Tail, IReadOnlyList<RosterChange> Changes)
{
    /// <summary>Number of the batch after which it stands.</summary>
    public long Number => Checkpoint?.Number ?? 0;

    /// <inheritdoc/>
    public override string ToString() => Checkpoint is null ? "the beginning of the log" : $"checkpoint {Number}";
}
