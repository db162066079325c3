using Akka.Actor;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;

namespace MoE.Actors.Expert;

/// <summary>
/// What the gate tells an expert. Each carries the epoch in which it was said; an expert takes only those of the epoch
/// that its last <see cref="Restore"/> began.
/// </summary>
internal static class ExpertCommands
{
    /// <summary>Goes back to a stored state, none where <paramref name="Image"/> is 0, and begins an epoch.</summary>
    public sealed record Restore(long Epoch, long Image)
    {
        /// <summary>What it begins as, where it is a copy that no snapshot holds yet; else null.</summary>
        public InitialState? InitialState { get; init; }

        /// <summary>The device that is to compute for it; null for the CPU.</summary>
        public IActorRef? Device { get; init; }
    }

    /// <summary>
    /// Predicts and learns rows of a batch, all of them where <paramref name="Rows"/> is null. Answered by Answered.
    /// </summary>
    public sealed record ProcessRows(long Epoch, TrainingBatch Batch, int[]? Rows)
    {
        /// <summary>Whether it learns them; predicts only where not.</summary>
        public bool Learns { get; init; } = true;
    }

    /// <summary>
    /// Stores the state as it is after batch <paramref name="Number"/>. Answered by ImageSaved or ImageFailed.
    /// </summary>
    public sealed record SaveImage(long Epoch, long Number);

    /// <summary>
    /// Gives its state, as it is after the last batch sent, to begin expert <paramref name="Newcomer"/>. Answered by
    /// Cloned.
    /// </summary>
    public sealed record CloneState(long Epoch, long Newcomer);

    /// <summary>
    /// Gives what predicts by its state as it is after batch <paramref name="Number"/>, the last one sent. Answered by
    /// SnapshotTaken.
    /// </summary>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="Number">The batch.</param>
    /// <param name="Classes">Classes of the rows to come; 0 for an expert that does not learn.</param>
    public sealed record TakeSnapshot(long Epoch, long Number, int Classes);

    /// <summary>Answered by FingerprintTaken.</summary>
    public sealed record TakeFingerprint(long Epoch);
}

/// <summary>What an expert tells its gate, under its key.</summary>
internal static class ExpertReplies
{
    /// <summary>The expert is there and knows nothing; it waits for Restore.</summary>
    public sealed record Started(long Key);

    /// <summary>The expert has the state that it was to go back to, and takes rows.</summary>
    public sealed record Restored(long Key, long Epoch);

    /// <summary>Log-probabilities (rows, heads, ClassStride) of the rows of a batch, which are learned.</summary>
    public sealed record Answered(long Key, long Epoch, long Number, float[] Answers);

    /// <summary>The expert broke and starts anew: on a batch, or by itself where the number is 0.</summary>
    public sealed record Failed(long Key, long Number, string Reason);

    /// <summary>The stored state cannot be had: never, where it is damaged, or not now.</summary>
    public sealed record RestoreFailed(long Key, long Epoch, string Reason, bool IsDamage);

    /// <summary>The state after batch <paramref name="Number"/> is that of a stored snapshot.</summary>
    public sealed record ImageSaved(long Key, long Number, long Image);

    /// <summary>The state after batch <paramref name="Number"/> could not be stored.</summary>
    public sealed record ImageFailed(long Key, long Number, Exception Cause);

    /// <summary>The state with which an expert begins, which belongs to whoever gets it.</summary>
    public sealed record Cloned(long Newcomer, InitialState InitialState);

    /// <summary>What predicts by the state after batch <paramref name="Number"/>.</summary>
    public sealed record SnapshotTaken(long Key, long Epoch, long Number, IPredictor Predictor);

    /// <summary>The hash of the state.</summary>
    public sealed record FingerprintTaken(long Key, string Value);
}
