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
internal sealed class ImportActor : UntypedPersistentActor
{
    /// <summary>Why nothing is imported where a model is.</summary>
    public const string Taken = "A model is already stored there; give another data directory, or another moe.model.";

    private readonly string _model;
    private readonly ModelFile _file;
    private readonly TaskCompletionSource<long> _imported;
    private int _missing;

    public ImportActor(string model, StorePlugins plugins, ModelFile file, TaskCompletionSource<long> imported)
    {
        (_model, _file, _imported) = (model, file, imported);
        (JournalPluginId, SnapshotPluginId) = (plugins.Journal, plugins.Snapshots);
    }

    /// <inheritdoc/>
    public override string PersistenceId => StorageIds.Log(_model);

    /// <inheritdoc/>
    public override Akka.Persistence.Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    public static Props Props(
        string model, StorePlugins plugins, ModelFile file, TaskCompletionSource<long> imported) =>
        Akka.Actor.Props.Create(() => new ImportActor(model, plugins, file, imported));

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
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _imported.TrySetException(
        RootCause.Of(reason) as ModelException
            ?? new ModelException($"The log cannot be read: {RootCause.Of(reason).Message}", reason));

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _imported.TrySetException(
            new ModelException($"The log cannot be written: {RootCause.Of(cause).Message}", cause));

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        _imported.TrySetException(reason);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _imported.TrySetException(new ModelException("The model was not stored: its writer was stopped."));
        base.PostStop();
    }

    private void StoreImages()
    {
        if (_file.Progress.LastBatch == 0)
        {
            WriteLog();                                      // has seen nothing: as it is made, so it is
            return;
        }
        var ids = new StorageIds(_model, ModelCreated.CurrentFormat);
        Store(ids.OfGate, _file.Gate);
        foreach (var (member, image) in _file.Roster.Members.Zip(_file.Experts))
            if (image.Length > 0)
                Store(ids.OfExpert(member.Origin), image);
    }

    private void Store(string storageId, ReadOnlyMemory<byte> bytes)
    {
        _missing++;
        var metadata = new SnapshotMetadata(
            storageId, _file.Progress.LastBatch, Context.System.Scheduler.Now.UtcDateTime);
        SnapshotStore.Tell(
            new SaveSnapshot(metadata, new StateImage(storageId, _file.Progress.LastBatch, bytes) { Model = _model }));
    }

    private void WriteLog()
    {
        var created = new ModelCreated(ModelCreated.CurrentFormat, _file.Schema, _file.Options);
        var dropped = _file.Progress.Dropped;
        IGateEvent[] begin = [created, new EpochStarted(1), .. dropped.Select(expert => new ExpertDropped(expert))];
        IGateEvent[] log = _file.Progress.LastBatch == 0 ? begin : [.. begin, new CheckpointCompleted(
            _file.Progress.LastBatch, begin.Length, 1, created, _file.Progress.Sources, dropped, _file.Roster,
            Images())];
        log = [.. log, .. _file.Progress.Changes.Select(change => new RosterChanged(change))];
        PersistAll(log, _ => { }, onComplete: () =>
        {
            _imported.TrySetResult(_file.Progress.LastBatch);
            Context.Stop(Self);
        });
    }

    private IReadOnlyList<ExpertImage> Images() => [.. _file.Roster.Members.Zip(_file.Experts,
        (member, image) => new ExpertImage(member.Origin, image.Length > 0 ? _file.Progress.LastBatch : 0))];

    private void End(string reason)
    {
        _imported.TrySetException(new ModelException(reason));
        Context.Stop(Self);
    }
}
