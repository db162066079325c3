using Akka.Actor;
using Akka.Persistence;
using MoE.Actors.Gate;
using MoE.Actors.Gate.Recovery;
using MoE.Actors.Storage;

namespace MoE.Actors.Inspection.Stores;

/// <summary>Reads the log of a model, writes nothing into it, and stops.</summary>
internal sealed class LogReaderActor : UntypedPersistentActor
{
    private readonly string _model;
    private readonly TaskCompletionSource<StoredLog> _read;
    private readonly GateReplay _replay = new();
    private long _bytes;
    private long _firstBatch;
    private long _lastBatch;

    public LogReaderActor(string model, StorePlugins plugins, TaskCompletionSource<StoredLog> read)
    {
        (_model, _read) = (model, read);
        (JournalPluginId, SnapshotPluginId) = (plugins.Journal, plugins.Snapshots);
    }

    /// <inheritdoc/>
    public override string PersistenceId => StorageIds.Log(_model);

    /// <inheritdoc/>
    public override Akka.Persistence.Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    public static Props Props(string model, StorePlugins plugins, TaskCompletionSource<StoredLog> read) =>
        Akka.Actor.Props.Create(() => new LogReaderActor(model, plugins, read));

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case IGateEvent e:
                _replay.Apply(e, LastSequenceNr);
                Count(e);
                break;
            case RecoveryCompleted:
                _read.TrySetResult(Stored());
                Context.Stop(Self);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (RootCause.Of(reason) is ModelException cause)
        {
            _read.TrySetException(cause);
            return;
        }
        _replay.Break(RootCause.Of(reason).Message);
        _read.TrySetResult(Stored());
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message) => Unhandled(message);

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        _read.TrySetException(reason);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _read.TrySetException(new ModelException("The log cannot be read: its reader was stopped."));
        base.PostStop();
    }

    private StoredLog Stored() => new(_replay, _bytes, _firstBatch, _lastBatch);

    // The stored bytes are those that the same event is written as; the journal's plugin does not tell of them.
    private void Count(IGateEvent e)
    {
        if (e is UnreadableEvent)
            return;
        _bytes += Context.System.Serialization.FindSerializerFor(e).ToBinary(e).Length;
        if (e is not BatchesAccepted batches)
            return;
        _firstBatch = _firstBatch == 0 ? batches.First : _firstBatch;
        _lastBatch = batches.Last;
    }
}

/// <summary>A log as it was read back.</summary>
/// <param name="Replay">The fold over its events.</param>
/// <param name="Bytes">Bytes of the events that could be read.</param>
/// <param name="FirstBatch">Number of the first batch in it; 0 where there is none.</param>
/// <param name="LastBatch">Number of the last one.</param>
internal sealed record StoredLog(GateReplay Replay, long Bytes, long FirstBatch, long LastBatch);
