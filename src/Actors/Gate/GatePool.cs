using Akka.Actor;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>
/// Changes of the pool: carried out between two batches, and never waited for. The batches before are processed by the
/// pool as it was, and a newcomer catches up with those after as soon as it has begun.
/// </summary>
internal sealed class GatePool(GateCore core)
{
    private readonly Queue<IActorRef?> _askers = [];

    /// <summary>Carries out a command after the last batch encoded; answers why not, null if it did.</summary>
    public string? Change(RosterCommand command, IActorRef? asker)
    {
        var next = core.Gate.Encoded + 1;
        if (asker is null && core.Timeline.WasDone(command, next, core.Settings.Options.Seed))
            return null;
        var decision = core.State.Decide(new ChangeRoster(command, next));
        if (decision.Events is [RosterChanged e])
        {
            core.Apply(e);
            core.Journal.Add(e);
            _askers.Enqueue(asker);
            core.Telemetry.PoolChangeBegan();
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
    public void Grow()
    {
        foreach (var command in core.Gate.DueChanges())
            Change(command, null);
    }

    /// <summary>Carries out what the log says of the pool of the next batch.</summary>
    public void CarryRecorded()
    {
        while (core.Timeline.TakeRecorded(core.Gate.Encoded + 1) is { } change)
            Carry(change);
    }

    /// <summary>Notes that an event is stored.</summary>
    public void NoteWritten(IGateEvent e)
    {
        core.Recovery.Acknowledge(e);
        core.Journal.Written(e);
        if (e is RosterChanged(var change))
        {
            core.Timeline.Written(change.From, core.Shell.LastSequence);
            _askers.Dequeue()?.Tell(new PoolChanged(change, null));
            core.Telemetry.PoolChangeStored(change.Action);
        }
        if (!core.Journal.IsWriting)
            core.Shell.Advance();
    }

    private void Carry(RosterChange change)
    {
        core.Gate.Change(change);
        core.Timeline.Made(change);
        if (change.Action == RosterAction.Added)
            Admit(change.Member);
        else
            core.Directory.Change(change);
    }

    private void Admit(Member member)
    {
        core.Directory.Add(member, awaitsParent: member.Parent is not null);
        core.Experts.Start(member);
        if (member.Parent is { } key && core.Directory.Find(key) is { Epoch: not 0 } parent)
            parent.Tell(new CloneState(parent.Epoch, member.Key));
    }
}
