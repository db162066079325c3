using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using MoE.Actors.Recovery;
using MoE.Actors.Storage;
using MoE.Actors.Storage.Marks;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>
/// From the log to a gate that takes rows: fold the events, load the newest checkpoint that is whole, walk the rest.
/// </summary>
internal sealed partial class GateActor
{
    private GateReplay? _replay = new();
    private readonly List<string> _damages = [];
    private Queue<RecoveryPoint> _points = [];
    private bool _looksAgain;
    private Acknowledged _acknowledged = null!;
    private long _replayTo;
    private bool _isRestoring;

    /// <summary>The whole log is read; snapshots are the checkpoints' business, not Akka's.</summary>
    public override Akka.Persistence.Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case IGateEvent e:
                _replay!.Apply(e, LastSequenceNr);
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
        var cause = RootCause.Of(reason);
        if (StoredDamage.IsCause(cause))
            _replay!.Break(cause.Message);
        var problem = StoredDamage.IsCause(cause) ? _replay!.Problem() : $"The log cannot be read: {cause.Message}";
        Context.Parent.Tell(new GateFailed(cause as ModelException ?? new ModelException(problem, reason)));
    }

    private void OpenModel()
    {
        _points = new Queue<RecoveryPoint>(_replay!.Points());
        _damages.AddRange(_replay.Damages.Select(damage => damage.TrimEnd('.')));
        var decision = _state.Decide(new OpenModel(_settings.Schema, _settings.Options));
        var loss = LogLoss.Of(_settings.Evidence, _replay);
        if ((Refusal(loss) ?? (_points.Count == 0 ? _replay.Problem() : decision.Refusal)) is { } reason)
        {
            Context.Parent.Tell(new GateFailed(new ModelException(reason)));
            Context.Stop(Self);
            return;
        }
        if (loss is not null)
            _log.Warning("{0}: {1}", _settings.Durability.DataDirectory, loss.Text);
        _acknowledged = Acknowledged.Of(_state, _replay.BatchOf(_state.Accepted), _replay.LastSequence);
        foreach (var written in _replay.Written)
            _timeline.Written(written.From, written.Sequence);
        _replay = null;
        PersistAll(decision.Events, Begun, onComplete: Place);
    }

    private void Begun(IGateEvent e)
    {
        _state = _state.Apply(e);
        Acknowledge(e);
    }

    /// <summary>
    /// Why a model that lost rows must not be gone on with. Where old and new pages of the log's file are mixed, what
    /// is read of it looks whole, but what is written next breaks.
    /// </summary>
    private string? Refusal(LogLoss? loss) => loss switch
    {
        null => null,
        { IsRefused: true } => loss.Text,
        _ => _settings.LogDamages() is { Count: > 0 } damages
            ? $"{loss.Text} {string.Join(' ', damages)} Restore the data from a copy, or take the newest whole "
                + "checkpoint out with 'moe export'."
            : null,
    };

    /// <summary>Notes an event that is stored, before anyone is told of it.</summary>
    private void Acknowledge(IGateEvent e)
    {
        _acknowledged = _acknowledged.With(e, _state, LastSequenceNr);
        _settings.Acknowledge(_acknowledged);
    }

    private void LoadPoint()
    {
        Enter(Restoring, Wait);
        _isRestoring = true;
        _gate = NewGate(RosterAt(_points.Peek()));
        _looksAgain = false;
        if (_points.Peek().Checkpoint is { Number: var number })
            Look(number);
        else
            Populate();
    }

    private void Look(long number) =>
        SnapshotStore.Tell(new LoadSnapshot(StorageId, new SnapshotSelectionCriteria(number), number));

    /// <summary>Looks for the gate's image once more before it counts as lost, as an expert does.</summary>
    private bool LooksAgain()
    {
        if (_looksAgain)
            return false;
        _looksAgain = true;
        Look(_points.Peek().Number);
        return true;
    }

    private void Load(SelectedSnapshot? found)
    {
        var number = _points.Peek().Number;
        if (found is not { Snapshot: StateImage image })
            FallBack($"image {number} of {StorageId} is not there");
        else if (image.Problem(_settings.Name, StorageId, number) is { } problem)
            FallBack($"image {number} of {StorageId} is damaged: {problem}");
        else if (TryLoad(image) is { } damage)
            FallBack($"image {number} of {StorageId} is damaged: {damage}");
        else
            Populate();
    }

    private void NoteUnread(Exception failure)
    {
        var problem = $"image {_points.Peek().Number} of {StorageId} cannot be read: "
            + RootCause.Of(failure).Message;
        if (!StoredDamage.IsCause(failure))
            throw new ModelException($"The checkpoint's {problem}", failure);
        FallBack(problem);
    }

    private string? TryLoad(StateImage image)
    {
        try
        {
            GateImage.Load(_gate, image.Bytes);
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    /// <summary>Goes back to the checkpoint before, or the beginning, as something of this one is damaged.</summary>
    private void FallBack(string damage)
    {
        var point = _points.Dequeue();
        _damages.Add($"{point}: {damage}");
        if (_points.Count == 0)
            throw new ModelException($"No checkpoint is whole ({string.Join("; ", _damages)}); restore the data "
                + "from a copy, or begin with another data directory (or moe.model).");
        _experts.ForgetRestored();
        var decision = _state.Decide(new DiscardCheckpoint(point.Number, damage));
        PersistAll(decision.Events, e => _state = _state.Apply(e), onComplete: LoadPoint);
    }

    /// <summary>Starts the experts, who ask to be restored; those that are there already are told.</summary>
    private void Populate()
    {
        var roster = RosterAt(_points.Peek());
        foreach (var expert in _experts.All.Where(expert => roster.PlaceOf(expert.Key) < 0).ToList())
        {
            Context.Stop(Context.Unwatch(expert.Actor));
            _experts.Remove(expert);
            Forget(expert);
        }
        foreach (var member in roster.Members)
            if (_experts.Find(member.Key) is not { } expert)
                _experts.Add(member, StartExpert(member));
            else if (expert.IsUp)
                Restore(expert);
    }

    private void NoteRestored(ExpertHandle restored)
    {
        restored.WasRestored = true;
        _settings.Telemetry.ExpertRestored();
        if (_isRestoring && _experts.AreRestored)
            BeginReplay();
        Advance();
    }

    /// <summary>Lines up the batches behind the checkpoint, once gate and experts are all back there.</summary>
    private void BeginReplay()
    {
        var point = _points.Dequeue();
        if (_damages.Count > 0)
            _log.Warning("Damage was found ({0}); {1} is whole, and the rows since are learned again from the log",
                string.Join("; ", _damages), point);
        foreach (var batch in point.Tail)
            _tail.Enqueue(batch);
        _timeline.Begin(point, RosterAt(point));
        _checkpoints.LeftBefore(_state.Changes.Where(change => change.Action == RosterAction.Retired)
            .Select(change => change.Member.Origin));
        _points.Clear();
        _replayTo = _state.Accepted;
        _journal.StartAfter(_replayTo);
        foreach (var member in _timeline.Encoded.Members.Concat(point.Changes.Select(change => change.Member)))
            if (_state.Dropped.GetValueOrDefault(member.Origin) is { } dropped)
                _pipeline.Drop(member.Key, dropped.From);
        Enter(Replaying, Replay);
        _isRestoring = false;
        CarryRecorded();
        Timers.StartPeriodicTimer(
            CheckpointDue.Instance, CheckpointDue.Instance, _settings.Durability.CheckpointInterval);
    }

    private Roster RosterAt(RecoveryPoint point) => point.Checkpoint?.Roster ?? Roster.Of(_settings.Options);

    /// <summary>Once the log's last batch is mixed, the model stands where it stood.</summary>
    private void Replay()
    {
        MixReady();
        while (_pipeline.HasRoom && TakeLogged())
            MixReady();
        if (_gate.Mixed != _replayTo)
            return;
        _timeline.EndReplay(_state.Changes.Where(change => change.From > _replayTo));
        Enter(Running, Run);
        _settings.Telemetry.Recovered();
        _settings.Telemetry.Stands(_rowsUnderWay.Count, _journal.Rows, _gate.Roster);
        Stash.UnstashAll();
    }

    private void Report(SourceId source)
    {
        var position = _state.PositionIn(source);
        Sender.Tell(new SourceProgress(position.Offset, position.Rows, _gate.Scores().Rows, [.. _gate.Vocabulary.Terms],
            _state.ProblemOf(source))
        {
            Device = _deviceStatus,
        });
    }
}
