using Akka.Actor;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>
/// Changes of the pool: carried out between two batches, and never waited for. The batches before are walked by the
/// pool as it was, and a newcomer catches up with those behind as soon as it has begun.
/// </summary>
internal sealed partial class GateActor
{
    private readonly Queue<IActorRef?> _askers = [];
    private readonly RosterTimeline _timeline = new();

    /// <summary>Carries out a command after the last batch encoded; answers why not, null where it did.</summary>
    private string? Change(RosterCommand command, IActorRef? asker)
    {
        if (asker is null && _timeline.WasDone(command, _gate.Encoded + 1, _settings.Options.Seed))
            return null;
        var decision = _state.Decide(new ChangeRoster(command, _gate.Encoded + 1));
        if (decision.Events is [RosterChanged e])
        {
            _state = _state.Apply(e);
            _journal.Add(e);
            _askers.Enqueue(asker);
            _settings.Telemetry.PoolChangeBegan();
            Carry(e.Change);
        }
        else
            asker?.Tell(new PoolChanged(null, decision.Refusal));
        return decision.Refusal;
    }

    /// <summary>
    /// Carries out what growth wishes before a new batch, which goes into the log in the same write: neither is there
    /// without the other. Of a batch that is in the log already, the log says what was carried out.
    /// </summary>
    private void Grow()
    {
        foreach (var command in _gate.DueChanges())
            Change(command, null);
    }

    /// <summary>Carries out what the log says of the pool of the next batch.</summary>
    private void CarryRecorded()
    {
        while (_timeline.TakeRecorded(_gate.Encoded + 1) is { } change)
            Carry(change);
    }

    private void Carry(RosterChange change)
    {
        _gate.Change(change);
        _timeline.Made(change);
        if (change.Action == RosterAction.Added)
            Admit(change.Member);
        else
            _experts.Change(change);
    }

    private void Admit(Member member)
    {
        _experts.Add(member, StartExpert(member), awaitsParent: member.Parent is not null);
        if (member.Parent is { } key && _experts.Find(key) is { Epoch: not 0 } parent)
            parent.Actor.Tell(new CloneState(parent.Epoch, member.Key));
    }

    /// <summary>Stops the experts that are in no batch any more, and that nobody waits for.</summary>
    private void LetGo()
    {
        foreach (var expert in _experts.LetGo(
            _gate.Mixed, key => _checkpoints.Awaits(key) || _predictors?.Awaits(key) == true))
        {
            Context.Stop(Context.Unwatch(expert.Actor));
            Forget(expert);
            _pipeline.Forget(expert.Key);
            _checkpoints.Left(expert.Key, expert.Origin);
        }
    }

    private void NoteWritten(IGateEvent e)
    {
        Acknowledge(e);
        _journal.Written(e);
        if (e is RosterChanged(var change))
        {
            _timeline.Written(change.From, LastSequenceNr);
            _askers.Dequeue()?.Tell(new PoolChanged(change, null));
            _settings.Telemetry.PoolChangeStored(change.Action);
        }
        if (!_journal.IsWriting)
            Advance();
    }
}
