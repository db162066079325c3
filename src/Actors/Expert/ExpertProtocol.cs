using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Rosters;

namespace MoE.Actors.Expert;

/// <summary>Which expert of which model; the same for ever, wherever it runs.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Origin">The name that its numbers have in stores.</param>
internal sealed record ExpertId(string Model, string Origin)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Model}/{Origin}";
}

/// <summary>All that an expert is made from.</summary>
/// <param name="Id">Which it is.</param>
/// <param name="StorageId">The id under which its images are stored.</param>
/// <param name="Snapshots">Id of the plugin that stores them.</param>
/// <param name="Member">Its key, kind, options and seed.</param>
/// <param name="Schema">The columns of the rows.</param>
/// <param name="Window">Batches that may be under way.</param>
internal sealed record ExpertDefinition(
    ExpertId Id, string StorageId, string Snapshots, Member Member, Schema Schema, int Window);

/// <summary>To whoever hosts experts: a message for one of them, with the gate as its sender.</summary>
internal sealed record ToExpert(ExpertId Id, IWireMessage Message) : IWireMessage;

/// <summary>
/// What the gate tells an expert. Each but the first and the last carries the epoch in which it was said; an expert
/// takes only those of the epoch that its last <see cref="Restore"/> began.
/// </summary>
internal static class ExpertCommands
{
    /// <summary>Makes the expert. Answered by Started, whose sender is told everything from then on.</summary>
    public sealed record StartExpert(ExpertDefinition Definition) : IWireMessage;

    /// <summary>Goes back to a stored state, none if <paramref name="Image"/> is 0, and begins an epoch.</summary>
    public sealed record Restore(long Epoch, long Image) : IWireMessage
    {
        /// <summary>What it begins as, if it is a copy that no snapshot holds yet; else null.</summary>
        public InitialState? InitialState { get; init; }

        /// <summary>The device of its node that is to compute for it; null for the CPU.</summary>
        public string? Device { get; init; }
    }

    /// <summary>
    /// Predicts and learns rows of a batch, all of them if <paramref name="Rows"/> is null. Answered by Answered.
    /// </summary>
    public sealed record ProcessRows(long Epoch, TrainingBatch Batch, int[]? Rows) : IWireMessage
    {
        /// <summary>Whether it learns them; predicts only if not.</summary>
        public bool Learns { get; init; } = true;
    }

    /// <summary>
    /// Stores the state as it is after batch <paramref name="Number"/>. Answered by ImageSaved or ImageFailed.
    /// </summary>
    public sealed record SaveImage(long Epoch, long Number) : IWireMessage;

    /// <summary>
    /// Gives its state, as it is after the last batch sent, to begin expert <paramref name="Newcomer"/>. Answered by
    /// Cloned.
    /// </summary>
    public sealed record CloneState(long Epoch, long Newcomer) : IWireMessage;

    /// <summary>
    /// Gives what predicts by its state as it is after batch <paramref name="Number"/>, the last one sent. Answered by
    /// SnapshotTaken.
    /// </summary>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Number">The batch.</param>
    /// <param name="Classes">Classes of the rows to come; 0 for an expert that does not learn.</param>
    public sealed record TakeSnapshot(long Epoch, long Number, int Classes) : IWireMessage;

    /// <summary>Answered by FingerprintTaken.</summary>
    public sealed record TakeFingerprint(long Epoch) : IWireMessage;

    /// <summary>Ends the expert; what is stored of it stays.</summary>
    public sealed record StopExpert : IWireMessage
    {
        public static readonly StopExpert Instance = new();
    }
}

/// <summary>What an expert tells its gate, under its key.</summary>
internal static class ExpertReplies
{
    /// <summary>The expert is there and knows nothing; it waits for Restore.</summary>
    public sealed record Started(long Key) : IWireMessage;

    /// <summary>The expert has the state that it was to go back to, and takes rows.</summary>
    public sealed record Restored(long Key, long Epoch) : IWireMessage;

    /// <summary>Log-probabilities (rows, heads, ClassStride) of the rows of a batch, which are learned.</summary>
    public sealed record Answered(long Key, long Epoch, long Number, float[] Answers) : IWireMessage;

    /// <summary>The expert broke and lost its state: on a batch, or by itself if the number is 0.</summary>
    public sealed record Failed(long Key, long Number, string Reason) : IWireMessage;

    /// <summary>The stored state cannot be had: never, if it is damaged, or not now.</summary>
    public sealed record RestoreFailed(long Key, long Epoch, string Reason, bool IsDamage) : IWireMessage;

    /// <summary>The state after batch <paramref name="Number"/> is that of a stored snapshot.</summary>
    public sealed record ImageSaved(long Key, long Number, long Image) : IWireMessage;

    /// <summary>The state after batch <paramref name="Number"/> could not be stored.</summary>
    public sealed record ImageFailed(long Key, long Number, string Reason, bool IsDiskFull) : IWireMessage;

    /// <summary>The state with which an expert begins, which belongs to whoever gets it.</summary>
    public sealed record Cloned(long Newcomer, InitialState InitialState) : IWireMessage;

    /// <summary>What predicts by the state after batch <paramref name="Number"/>.</summary>
    public sealed record SnapshotTaken(long Key, long Epoch, long Number, ExpertSnapshot Snapshot) : IWireMessage;

    /// <summary>The hash of the state.</summary>
    public sealed record FingerprintTaken(long Key, string Value) : IWireMessage;
}
