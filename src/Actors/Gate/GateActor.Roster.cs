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
    private readonly Queue<RosterChange> _recorded = [];
    private readonly Queue<(long From, long Sequence)> _written = [];
    private readonly Queue<RosterChange> _carried = [];
    private readonly List<RosterChange> _ahead = [];
    private Roster _encodedRoster = new([], 0);
    private Roster _rosterBehind = new([], 0);

    /// <summary>Carries out a command behind the last batch encoded; answers why not, null where it did.</summary>
    private string? Change(RosterCommand command, IActorRef? asker)
    {
        if (asker is null && WasDone(command))
            return null;
        var decision = _state.Decide(new ChangeRoster(command, _gate.Encoded + 1));
        if (decision.Events is [RosterChanged e])
        {
            _state = _state.Apply(e);
            _journal.Add(e);
            _askers.Enqueue(asker);
            Carry(e.Change);
        }
        else
            asker?.Tell(new PoolChanged(null, decision.Refusal));
        return decision.Refusal;
    }

    /// <summary>
    /// Whether the log says already that a source's command was carried out behind the last batch: it was written
    /// before the rows that it came with, and those come again with it.
    /// </summary>
    private bool WasDone(RosterCommand command)
    {
        var roster = _rosterBehind;
        foreach (var (place, done) in _ahead.Index())
        {
            var isIt = done.From == _gate.Encoded + 1
                && roster.Decide(command, done.From, _settings.Options.Seed).Change == done;
            roster = roster.With(done);
            if (!isIt)
                continue;                                    // another's, such as one of the command line
            _rosterBehind = roster;
            _ahead.RemoveRange(0, place + 1);
            return true;
        }
        return false;
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
        while (_recorded.TryPeek(out var next) && next.From == _gate.Encoded + 1)
            Carry(_recorded.Dequeue());
    }

    private void Carry(RosterChange change)
    {
        _gate.Change(change);
        _carried.Enqueue(change);
        var member = change.Member;
        if (change.Action == RosterAction.Added)
            Admit(member);
        else if (SeatOf(member.Key) is { } seat)
        {
            seat.Member = member;
            if (change.Action != RosterAction.Retired)
                return;
            seat.LeavesFrom = change.From;
            _leaving.Add(seat);
        }
    }

    /// <summary>The changes with which a batch began, but for reserves, which nobody asks.</summary>
    private List<RosterChange> TakeChanges(long number)
    {
        List<RosterChange> changes = [];
        while (_carried.TryPeek(out var next) && next.From <= number)
            changes.Add(_carried.Dequeue());
        changes.RemoveAll(change => !change.Member.Answers);
        return changes;
    }

    private void Admit(Member member)
    {
        var seat = Seat(member);
        seat.AwaitsParent = member.Parent is not null;
        if (member.Parent is { } key && SeatOf(key) is { Epoch: not 0 } parent)
            parent.Actor.Tell(new CloneState(parent.Epoch, member.Key));
    }

    /// <summary>Stops the experts that are in no batch any more, and that nobody waits for.</summary>
    private void LetGo()
    {
        for (var i = _leaving.Count - 1; i >= 0; i--)
        {
            var seat = _leaving[i];
            if (seat.LeavesFrom > _gate.Mixed + 1 || _round?.Awaits(seat.Key) == true
                || _predictors?.Awaits(seat.Key) == true
                || _seats.Values.Any(newcomer => newcomer.NeedsParent && newcomer.Parent == seat.Key))
                continue;
            _leaving.RemoveAt(i);
            Context.Stop(Context.Unwatch(seat.Actor));
            _seats.Remove(seat.Key);
            Forget(seat);
            _pipeline.Forget(seat.Key);
            _gone.Add(seat.Origin);
        }
    }

    private void NoteWritten(IGateEvent e)
    {
        Acknowledge(e);
        _journal.Written(e);
        if (e is RosterChanged(var change))
        {
            _written.Enqueue((change.From, LastSequenceNr));
            _askers.Dequeue()?.Tell(new PoolChanged(change, null));
        }
        if (!_journal.IsWriting)
            Advance();
    }

    /// <summary>
    /// The last event that says nothing of what comes behind the last batch encoded: changes of the pool of the next
    /// one may be in the log already.
    /// </summary>
    private long Barrier()
    {
        while (_written.TryPeek(out var oldest) && oldest.From <= _gate.Encoded)
            _written.Dequeue();
        return _written.TryPeek(out var next) ? next.Sequence - 1 : LastSequenceNr;
    }
}
