using MoE.Compute;
using MoE.Compute.Data;

namespace MoE.Actors.Gate;

/// <summary>
/// What the log holds. Never renamed, never removed: these are in users' data directories. State is a fold over them.
/// </summary>
internal interface IGateEvent;

/// <summary>
/// The first event of a log: what the model is. A newer format than <see cref="CurrentFormat"/> is refused.
/// </summary>
internal sealed record ModelCreated(int Format, string Source, Schema Schema, MixtureOptions Options) : IGateEvent
{
    public const int CurrentFormat = 1;
}

/// <summary>A gate took over. Experts refuse what older epochs tell them.</summary>
internal sealed record EpochStarted(long Epoch) : IGateEvent;

/// <summary>Batches of consecutive numbers from <paramref name="First"/> on, in one write.</summary>
internal sealed record BatchesAccepted(long First, IReadOnlyList<RowBatch> Batches) : IGateEvent
{
    public long Last => First + Batches.Count - 1;
}

/// <summary>An expert was put out of the pool: it answers nothing from batch <paramref name="From"/> on.</summary>
internal sealed record ExpertFrozen(string Id, long From, string Reason) : IGateEvent;

/// <summary>Which snapshot an expert's state is to be had from; 0 for an expert that has seen nothing.</summary>
internal sealed record ExpertImage(string Id, long Image);

/// <summary>
/// Images of gate and experts after batch <paramref name="Number"/> are stored. Holds what earlier events said, so
/// that those up to <paramref name="Barrier"/>, a sequence number, can be deleted.
/// </summary>
internal sealed record CheckpointCompleted(
    long Number, long Offset, long Barrier, long Epoch, ModelCreated Model, IReadOnlyList<ExpertFrozen> Frozen,
    IReadOnlyList<ExpertImage> Images) : IGateEvent;
