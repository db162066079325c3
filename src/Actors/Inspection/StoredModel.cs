using MoE.Actors.Gate;
using MoE.Actors.Gate.Recovery;
using MoE.Actors.Inspection.Stores;
using MoE.Compute.Gating;
using MoE.Compute.ModelFiles;

namespace MoE.Actors.Inspection;

/// <summary>A stored model as it was read: its log, its checkpoints, and what of them is damaged.</summary>
public sealed class StoredModel
{
    internal StoredModel(
        StoreSystem store, StoredLog log, IReadOnlyList<StoredCheckpoint> checkpoints, int images)
    {
        (Place, Name, Log, Checkpoints, Images) = (store.Name, store.Model, log, checkpoints, images);
        Damages =
        [
            .. store.Damages,
            .. log.Replay.Damages,
            .. GapsIn(log.Replay),
            .. LogLoss.Of(store.Evidence, log.Replay) is { } loss ? [loss.Text] : (string[])[],
            .. checkpoints.SelectMany(c => c.Damages.Select(damage => $"Checkpoint {c.Number}: {damage}.")),
        ];
    }

    /// <summary>What the stores are called in messages.</summary>
    public string Place { get; }

    /// <summary>The model's name in its stores.</summary>
    public string Name { get; }

    /// <summary>The checkpoints that are kept, newest first.</summary>
    public IReadOnlyList<StoredCheckpoint> Checkpoints { get; }

    /// <summary>Everything that is damaged, in one sentence each.</summary>
    public IReadOnlyList<string> Damages { get; }

    /// <summary>The newest checkpoint that is whole, as a model; null where none is.</summary>
    public ModelFile? NewestWhole => Checkpoints.Select(c => c.Model).FirstOrDefault(model => model is not null);

    /// <summary>Number of the last batch in the log.</summary>
    public long LastBatch => State.Accepted;

    internal StoredLog Log { get; }

    /// <summary>Images that were looked at.</summary>
    internal int Images { get; }

    internal GateState State => Log.Replay.State;

    /// <summary>The experts out of the pool, as everything knows them that is stored.</summary>
    internal IReadOnlyList<DroppedExpert> Dropped =>
        [.. State.Dropped.Values];

    // A log that lacks events at its beginning says so only by the points from which it cannot be walked.
    private static IEnumerable<string> GapsIn(GateReplay replay) =>
        replay.Damages.Count == 0 && !replay.Points().Any() ? ["The log has a gap."] : [];
}
