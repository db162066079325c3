using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

/// <summary>
/// What the log holds. Never renamed, never removed: these are in users' data directories. State is a fold over them.
/// </summary>
internal interface IGateEvent;

/// <summary>
/// The first event of a log: what the model is. A newer format than <see cref="CurrentFormat"/> is refused. Format 3
/// differs from 2 only in the ids of images (<see cref="Storage.StorageIds"/>).
/// </summary>
internal sealed record ModelCreated(int Format, Schema Schema, MixtureOptions Options) : IGateEvent
{
    public const int CurrentFormat = 3;
}

/// <summary>A gate took over. Experts refuse what older epochs tell them.</summary>
internal sealed record EpochStarted(long Epoch) : IGateEvent;

/// <summary>Batches name a source by this index from here on. Comes again for a file that has grown.</summary>
internal sealed record SourceOpened(int Index, SourceId Id) : IGateEvent;

/// <summary>
/// Rows of the source with this index; <paramref name="Learned"/> of its rows are learned with the last of them.
/// </summary>
internal sealed record AcceptedBatch(int Source, long Learned, RowBatch Rows);

/// <summary>Batches of consecutive numbers from <paramref name="First"/> on, in one write.</summary>
internal sealed record BatchesAccepted(long First, IReadOnlyList<AcceptedBatch> Batches) : IGateEvent
{
    public long Last => First + Batches.Count - 1;
}

/// <summary>An expert was put out of the pool.</summary>
internal sealed record ExpertDropped(DroppedExpert Expert) : IGateEvent;

/// <summary>The pool is another one from a batch on.</summary>
internal sealed record RosterChanged(RosterChange Change) : IGateEvent;

/// <summary>Experts are computed elsewhere from a batch on; on the CPU before the first of these.</summary>
internal sealed record DeviceChosen(long From, Placement Placement) : IGateEvent;

/// <summary>Which snapshot an expert's state is to be had from; 0 for an expert that has seen nothing.</summary>
/// <param name="Id">Its origin.</param>
/// <param name="Image">The snapshot.</param>
internal sealed record ExpertImage(string Id, long Image);

/// <summary>
/// Images of gate and experts after batch <paramref name="Number"/> are stored. Holds what earlier events said, so
/// that those up to <paramref name="Barrier"/>, a sequence number, can be deleted. <paramref name="Images"/> are those
/// of the members of <paramref name="Roster"/>, the pool that saw that batch, in its order.
/// </summary>
internal sealed record CheckpointCompleted(
    long Number, long Barrier, long Epoch, ModelCreated Model, IReadOnlyList<SourcePosition> Sources,
    IReadOnlyList<DroppedExpert> Dropped, Roster Roster, IReadOnlyList<ExpertImage> Images) : IGateEvent
{
    /// <summary>Where experts were computed when it was completed; null for the CPU ever since.</summary>
    public DeviceChosen? Device { get; init; }

    /// <summary>The snapshot of a member; 0 where there is none.</summary>
    public long ImageOf(long key) => Roster.PlaceOf(key) is >= 0 and var place ? Images[place].Image : 0;
}

/// <summary>The newest checkpoint was found damaged; the model went back to the one before it.</summary>
internal sealed record CheckpointDiscarded(long Number, string Reason) : IGateEvent;

/// <summary>Stands, when a log is read, where something is stored that cannot be read. Never written.</summary>
internal sealed record UnreadableEvent(string Reason) : IGateEvent;
