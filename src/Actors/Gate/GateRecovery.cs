using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using MoE.Actors.Gate.Recovery;
using MoE.Actors.Storage;
using MoE.Actors.Storage.Marks;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>
/// From the log to a gate that takes rows: fold the events, load the newest checkpoint that is whole, learn the rest
/// again.
/// </summary>
internal sealed class GateRecovery(GateCore core)
{
    private readonly List<string> _damages = [];
    private GateReplay? _replay = new();
    private Queue<RecoveryPoint> _points = [];
    private Acknowledged _acknowledged = null!;
    private bool _looksAgain;
    private bool _isRestoring;
    private long _replayTo;

    /// <summary>Takes an event of the log.</summary>
    public void Fold(IGateEvent e) => _replay!.Apply(e, core.Shell.LastSequence);

    /// <summary>Why a log that breaks off cannot be used.</summary>
    public ModelException Failure(Exception reason)
    {
        var cause = RootCause.Of(reason);
        if (StoredDamage.IsCause(cause))
            _replay!.Break(cause.Message);
        var problem = StoredDamage.IsCause(cause) ? _replay!.Problem() : $"The log cannot be read: {cause.Message}";
        return cause as ModelException ?? new ModelException(problem, reason);
    }

    /// <summary>Opens the model that the log says, or a new one.</summary>
    public void Open()
    {
        core.Begin(_replay!.State);
        _points = new Queue<RecoveryPoint>(_replay.Points());
        _damages.AddRange(_replay.Damages.Select(damage => damage.TrimEnd('.')));
        var decision = core.State.Decide(new OpenModel(core.Settings.Schema, core.Settings.Options));
        var loss = LogLoss.Of(core.Settings.Evidence, _replay);
        if ((Refusal(loss) ?? (_points.Count == 0 ? _replay.Problem() : decision.Refusal)) is { } reason)
        {
            core.Shell.Context.Parent.Tell(new GateFailed(new ModelException(reason)));
            core.Shell.Context.Stop(core.Shell.Context.Self);
            return;
        }
        if (loss is not null)
            core.Shell.Log.Warning("{0}: {1}", core.Settings.Durability.DataDirectory, loss.Text);
        _acknowledged = LogMark.Of(core.State, _replay.BatchOf(core.State.Accepted), _replay.LastSequence);
        foreach (var written in _replay.Written)
            core.Timeline.Written(written.From, written.Sequence);
        _replay = null;
        core.Shell.Persist(decision.Events, Begun, core.Devices.Choose);
    }

    /// <summary>Notes an event that is stored, before anything else hears of it.</summary>
    public void Acknowledge(IGateEvent e)
    {
        _acknowledged = _acknowledged.With(e, core.State, core.Shell.LastSequence);
        core.Settings.Acknowledge(_acknowledged);
    }

    /// <summary>Begins to go back to the newest point that is not known to be damaged.</summary>
    public void LoadPoint()
    {
        core.Shell.Enter(GatePhase.Restoring);
        _isRestoring = true;
        core.BeginGate(RosterAt(_points.Peek()));
        _looksAgain = false;
        if (_points.Peek().Checkpoint is { Number: var number })
            Look(number);
        else
            Populate();
    }

    /// <summary>Takes the gate's image; false if it is another's message.</summary>
    public bool Take(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult { Snapshot: null } or LoadSnapshotFailed when LooksAgain():
                return true;
            case LoadSnapshotResult loaded:
                Load(loaded.Snapshot);
                return true;
            case LoadSnapshotFailed failed:
                NoteUnread(failed.Cause);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Notes an expert that is back.</summary>
    public void NoteRestored(ExpertHandle restored)
    {
        restored.WasRestored = true;
        core.Telemetry.ExpertRestored();
        if (_isRestoring && core.Directory.AreRestored)
            BeginReplay();
        core.Shell.Advance();
    }

    /// <summary>Notes an expert whose stored state cannot be had.</summary>
    /// <exception cref="ModelException">No older point may do instead.</exception>
    public void NoteFailure(ExpertHandle expert, RestoreFailed failed)
    {
        if (!_isRestoring || !failed.IsDamage)
            throw new ModelException(
                $"Expert '{expert.Id}' cannot be restored: {failed.Reason}; open the model again.");
        FallBack(failed.Reason);
    }

    /// <summary>Learns the log's batches again; once the last is mixed, the model is as far as it was.</summary>
    public void Replay()
    {
        core.Stream.MixReady();
        while (core.Pipeline.HasRoom && core.Stream.TakeLogged())
            core.Stream.MixReady();
        if (core.Gate.Mixed != _replayTo)
            return;
        core.Timeline.EndReplay(core.State.Changes.Where(change => change.From > _replayTo));
        core.Shell.Enter(GatePhase.Running);
        core.Telemetry.Recovered();
        core.MeasureState();
        core.Shell.TakeWaiting();
    }

    private void Begun(IGateEvent e)
    {
        core.Apply(e);
        Acknowledge(e);
    }

    /// <summary>
    /// Why a model that lost rows must not continue. If old and new pages of the log's file are mixed, what is read of
    /// it looks whole, but what is written next breaks.
    /// </summary>
    private string? Refusal(LogLoss? loss) => loss switch
    {
        null => null,
        { IsRefused: true } => loss.Text,
        _ => core.Settings.LogDamages() is { Count: > 0 } damages
            ? $"{loss.Text} {string.Join(' ', damages)} Restore the data from a backup, or export the newest "
                + "intact checkpoint with 'moe export'."
            : null,
    };

    private void Look(long number) => core.Shell.Images.Tell(
        new LoadSnapshot(core.Ids.OfGate, new SnapshotSelectionCriteria(number), number), core.Shell.Context.Self);

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
        var (number, id) = (_points.Peek().Number, core.Ids.OfGate);
        if (found is not { Snapshot: StateImage image })
            FallBack($"image {number} of {id} is not there");
        else if (image.Problem(core.Settings.Name, id, number) is { } problem)
            FallBack($"image {number} of {id} is damaged: {problem}");
        else if (TryLoad(image) is { } damage)
            FallBack($"image {number} of {id} is damaged: {damage}");
        else
            Populate();
    }

    private void NoteUnread(Exception failure)
    {
        var problem = $"image {_points.Peek().Number} of {core.Ids.OfGate} cannot be read: "
            + RootCause.Of(failure).Message;
        if (!StoredDamage.IsCause(failure))
            throw new ModelException($"The checkpoint's {problem}", failure);
        FallBack(problem);
    }

    private string? TryLoad(StateImage image)
    {
        try
        {
            GateImage.Load(core.Gate, image.Bytes);
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
            throw new ModelException($"No checkpoint is intact ({string.Join("; ", _damages)}); restore the data "
                + "from a backup, or start with another data directory (or moe.model).");
        core.Directory.ForgetRestored();
        core.Shell.Persist(
            core.State.Decide(new DiscardCheckpoint(point.Number, damage)).Events, core.Apply, LoadPoint);
    }

    /// <summary>Starts the experts, who ask to be restored; those that are there already are told.</summary>
    private void Populate()
    {
        var roster = RosterAt(_points.Peek());
        foreach (var expert in core.Directory.All.Where(expert => roster.PlaceOf(expert.Key) < 0).ToList())
        {
            core.Directory.Remove(expert);
            core.Experts.Stop(expert);
        }
        foreach (var member in roster.Members)
            if (core.Directory.Find(member.Key) is not { } expert)
            {
                core.Directory.Add(member);
                core.Experts.Start(member);
            }
            else if (expert.IsUp)
                core.Experts.Restore(expert);
    }

    /// <summary>Lines up the batches after the checkpoint, once gate and experts are all back there.</summary>
    private void BeginReplay()
    {
        var point = _points.Dequeue();
        if (_damages.Count > 0)
            core.Shell.Log.Warning("Damage was found ({0}); {1} is intact, and the rows since are learned again from "
                + "the log", string.Join("; ", _damages), point);
        core.Stream.Repeat(point.Tail);
        core.Timeline.Begin(point, RosterAt(point));
        core.Checkpoints.Keeper.LeftBefore(core.State.Changes
            .Where(change => change.Action == RosterAction.Retired).Select(change => change.Member.Origin));
        _points.Clear();
        _replayTo = core.State.Accepted;
        core.Journal.StartAfter(_replayTo);
        foreach (var member in core.Timeline.Encoded.Members.Concat(point.Changes.Select(change => change.Member)))
            if (core.State.Dropped.GetValueOrDefault(member.Origin) is { } dropped)
                core.Pipeline.Drop(member.Key, dropped.From);
        core.Shell.Enter(GatePhase.Replaying);
        _isRestoring = false;
        core.Pool.CarryRecorded();
        core.Shell.StartCheckpoints();
    }

    private Roster RosterAt(RecoveryPoint point) => point.Checkpoint?.Roster ?? Roster.Of(core.Settings.Options);
}
