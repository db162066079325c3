namespace MoE.Actors.Inspection;

/// <summary>A checkpoint that is kept.</summary>
/// <param name="Batch">Number of the batch after which it stands.</param>
/// <param name="GateBytes">Bytes of the gate's image.</param>
/// <param name="ExpertBytes">Bytes of the experts' images.</param>
/// <param name="Damages">What of it is damaged; none where it is whole.</param>
public sealed record CheckpointDescription(
    long Batch, long GateBytes, long ExpertBytes, IReadOnlyList<string> Damages);
