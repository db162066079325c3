using Akka.Actor;
using Akka.Persistence;
using MoE.Actors.Expert;
using MoE.Actors.Storage;
using MoE.Compute.Gating;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>From the log to a gate that takes rows: fold the events, load the checkpoint, walk the rest.</summary>
internal sealed partial class GateActor
{
    private readonly List<IActorRef> _openers = [];
    private GateReplay? _replay = new();
    private long _replayTo;
    private bool _open;

    /// <summary>The whole log is read; snapshots are the checkpoints' business, not Akka's.</summary>
    public override Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case IGateEvent e:
                _replay!.Apply(e);
                break;
            case RecoveryCompleted:
                _state = _replay!.State;
                OpenModel();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        var cause = reason.GetBaseException();
        Context.Parent.Tell(new GateFailed(cause as ModelException
            ?? new ModelException($"The log cannot be read: {cause.Message}", reason)));
    }

    private void OpenModel()
    {
        var decision = _state.Decide(new OpenModel(_settings.Durability.Source, _settings.Schema, _settings.Options));
        if (decision.Refusal is { } reason)
        {
            Context.Parent.Tell(new GateFailed(new ModelException(reason)));
            Context.Stop(Self);
            return;
        }
        PersistAll(decision.Events, e => _state = _state.Apply(e), onComplete: LoadCheckpoint);
    }

    private void LoadCheckpoint()
    {
        if (_state.Checkpoint is not { Number: var number })
            Populate();
        else
            SnapshotStore.Tell(new LoadSnapshot(StorageId, new SnapshotSelectionCriteria(number), number));
    }

    private void Load(SelectedSnapshot? found)
    {
        if (found is not { Snapshot: StateImage image } || found.Metadata.SequenceNr != _state.Checkpoint!.Number)
            throw new ModelException(
                $"Snapshot {_state.Checkpoint!.Number} of {StorageId} is not there; restore the data directory from a "
                + "copy, or begin with another one.");
        try
        {
            GateImage.Load(_gate, image.Bytes);
        }
        catch (InvalidDataException e)
        {
            throw new ModelException($"Snapshot {found.Metadata.SequenceNr} of {StorageId} is damaged: {e.Message}", e);
        }
        Populate();
    }

    /// <summary>Starts the experts, who ask to be restored, and lines up the batches after the checkpoint.</summary>
    private void Populate()
    {
        foreach (var rows in _replay!.Tail)
            _arrived.Enqueue(rows);
        (_replay, _replayTo) = (null, _state.Accepted);
        _journal.StartAfter(_replayTo);
        var (options, seats) = (_settings.Options, new ExpertSeat[_settings.Options.Pool.Count]);
        for (var place = 0; place < seats.Length; place++)
        {
            var spec = options.Pool[place];
            var expert = new ExpertSettings(
                place, ExpertStorageId(spec.Id), options.Window, () => _settings.NewExpert(spec));
            seats[place] = new ExpertSeat(spec, Context.ActorOf(ExpertActor.Props(expert), spec.Id));
            if (_state.Frozen.GetValueOrDefault(spec.Id) is { } frozen)
                _pipeline.Freeze(place, frozen.From);
        }
        _seats = seats;
        Timers.StartPeriodicTimer(
            CheckpointDue.Instance, CheckpointDue.Instance, _settings.Durability.CheckpointInterval);
        Advance();
    }

    private string ExpertStorageId(string id) => $"model-{_settings.Name}-expert-{id}";

    /// <summary>Once every expert is back and the log's last batch is mixed, the model stands where it stood.</summary>
    private void ReportStanding()
    {
        _open = _open
            || (_replay is null && _gate.Mixed == _replayTo && Array.TrueForAll(_seats, seat => seat.WasRestored));
        if (!_open)
            return;
        foreach (var opener in _openers)
            opener.Tell(new Standing(_gate.NextOffset, _gate.Scores().Rows, [.. _gate.Vocabulary.Terms]));
        _openers.Clear();
    }
}
