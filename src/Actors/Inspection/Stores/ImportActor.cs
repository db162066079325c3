using Akka.Actor;
using Akka.Persistence;
using MoE.Actors.Gate;
using MoE.Actors.Storage;
using MoE.Compute.ModelFiles;

namespace MoE.Actors.Inspection.Stores;

/// <summary>
/// Puts a model file into empty stores: the images first, and once they are stored a log that begins with them. Until
/// that log is there the stores hold no model, so that an import that was broken off can be repeated.
/// </summary>
internal sealed class ImportActor(string model, ModelFile file, TaskCompletionSource<long> imported)
    : UntypedPersistentActor
{
    /// <summary>Why nothing is imported where a model is.</summary>
    public const string Taken = "A model is already stored there; give another data directory, or another moe.model.";

    private int _missing;

    /// <inheritdoc/>
    public override string PersistenceId => StorageIds.Log(model);

    /// <inheritdoc/>
    public override Akka.Persistence.Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    public static Props Props(string model, ModelFile file, TaskCompletionSource<long> imported) =>
        Akka.Actor.Props.Create(() => new ImportActor(model, file, imported));

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        if (message is not RecoveryCompleted)
            return;
        if (LastSequenceNr > 0)
            End(Taken);
        else
            StoreImages();
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess:
                if (--_missing == 0)
                    WriteLog();
                break;
            case SaveSnapshotFailure failed:
                End($"An image cannot be stored: {RootCause.Of(failed.Cause).Message}");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => imported.TrySetException(
        RootCause.Of(reason) as ModelException
            ?? new ModelException($"The log cannot be read: {RootCause.Of(reason).Message}", reason));

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        imported.TrySetException(
            new ModelException($"The log cannot be written: {RootCause.Of(cause).Message}", cause));

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        imported.TrySetException(reason);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        imported.TrySetException(new ModelException("The model was not stored: its writer was stopped."));
        base.PostStop();
    }

    private void StoreImages()
    {
        if (file.Progress.LastBatch == 0)
        {
            WriteLog();                                      // has seen nothing: as it is made, so it is
            return;
        }
        var ids = new StorageIds(model, ModelCreated.CurrentFormat);
        Store(ids.OfGate, file.Gate);
        foreach (var (member, image) in file.Roster.Members.Zip(file.Experts))
            if (image.Length > 0)
                Store(ids.OfExpert(member.Origin), image);
    }

    private void Store(string storageId, ReadOnlyMemory<byte> bytes)
    {
        _missing++;
        var metadata = new SnapshotMetadata(
            storageId, file.Progress.LastBatch, Context.System.Scheduler.Now.UtcDateTime);
        SnapshotStore.Tell(
            new SaveSnapshot(metadata, new StateImage(storageId, file.Progress.LastBatch, bytes) { Model = model }));
    }

    private void WriteLog()
    {
        var created = new ModelCreated(ModelCreated.CurrentFormat, file.Schema, file.Options);
        var dropped = file.Progress.Dropped;
        IGateEvent[] begin = [created, new EpochStarted(1), .. dropped.Select(expert => new ExpertDropped(expert))];
        IGateEvent[] log = file.Progress.LastBatch == 0 ? begin : [.. begin, new CheckpointCompleted(
            file.Progress.LastBatch, begin.Length, 1, created, file.Progress.Sources, dropped, file.Roster, Images())];
        log = [.. log, .. file.Progress.Changes.Select(change => new RosterChanged(change))];
        PersistAll(log, _ => { }, onComplete: () =>
        {
            imported.TrySetResult(file.Progress.LastBatch);
            Context.Stop(Self);
        });
    }

    private IReadOnlyList<ExpertImage> Images() => [.. file.Roster.Members.Zip(file.Experts,
        (member, image) => new ExpertImage(member.Origin, image.Length > 0 ? file.Progress.LastBatch : 0))];

    private void End(string reason)
    {
        imported.TrySetException(new ModelException(reason));
        Context.Stop(Self);
    }
}
