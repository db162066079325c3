using Akka.Actor;
using Akka.Event;
using MoE.Actors.Expert;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Gate;

/// <summary>
/// The gate as the experts' supervisor: starts, watches and restores them, and puts those out of the pool that keep
/// failing. Experts are addressed by id through their host; each then answers for itself.
/// </summary>
internal sealed class GateExperts(GateCore core)
{
    private readonly IActorRef _host = core.Shell.Context.ActorOf(ExpertHostActor.Props(), "experts");
    private long _restores;

    /// <summary>Takes what an expert says; false if it is another's message.</summary>
    public bool Take(object message)
    {
        switch (message)
        {
            case Answered answered:
                if (core.Directory.Find(answered.Key, answered.Epoch) is not null)
                    core.Pipeline.Take(answered.Key, answered.Number, answered.Answers);
                if (core.Pipeline.Ready is not null)         // most answers are not the last that a batch waits for
                    core.Shell.Advance();
                return true;
            case Started(var key):
                Greet(key);
                return true;
            case Restored restored:
                if (core.Directory.Find(restored.Key, restored.Epoch) is { } back)
                    core.Recovery.NoteRestored(back);
                return true;
            case Failed failed:
                if (core.Directory.Find(failed.Key) is { } broken)
                    NoteFailure(broken, failed);
                return true;
            case RestoreFailed failed:
                if (core.Directory.Find(failed.Key, failed.Epoch) is { } lost)
                    core.Recovery.NoteFailure(lost, failed);
                return true;
            case Cloned cloned:
                Begin(cloned);
                return true;
            case ImageSaved(var key, var number, var image):
                core.Checkpoints.NoteImage(key, number, image);
                return true;
            case ImageFailed failed:
                core.Checkpoints.Fail(failed.Number, $"expert '{core.Directory.Find(failed.Key)?.Id}'", failed.Reason,
                    failed.IsDiskFull);
                return true;
            case FingerprintTaken taken:
                core.Reports.Take(taken);
                return true;
            case SnapshotTaken taken:
                if (core.Directory.Find(taken.Key, taken.Epoch) is { } given)
                    core.Predictors.Take(given, taken);
                return true;
            case Terminated { ActorRef: var stopped }:
                if (core.Directory.FindBy(stopped) is { } gone)
                    Replace(gone);
                else
                    core.Stream.EndProducer(stopped);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Has an expert started, which says so itself once it is there.</summary>
    public void Start(Member member)
    {
        var id = IdOf(member);
        _host.Tell(new ToExpert(id, new StartExpert(new ExpertDefinition(
            id, core.Ids.OfExpert(member.Origin), core.Settings.Plugins.Snapshots, member, core.Settings.Schema,
            core.Settings.Options.Window))));
    }

    /// <summary>Stops an expert that is in the pool no more.</summary>
    public void Stop(ExpertHandle expert)
    {
        if (expert.Actor is { } actor)
            core.Shell.Context.Unwatch(actor);
        _host.Tell(new ToExpert(IdOf(expert.Member), StopExpert.Instance));
        Forget(expert);
    }

    /// <summary>An expert does not begin anew any more: what it began as is let go.</summary>
    public void Forget(ExpertHandle expert)
    {
        core.Devices.Forget(expert.Member);
        expert.InitialState = null;
    }

    /// <summary>Brings an expert to where the checkpoint or its parent leaves it, then through all since.</summary>
    public void Restore(ExpertHandle expert)
    {
        expert.IsUp = true;
        if (expert.IsDropping || expert.AwaitsParent)
            return;
        expert.Epoch = (core.State.Epoch << 32) + ++_restores;
        foreach (var message in core.Directory.Restoration(
            expert, core.State, core.Devices.Of(expert.Member), AskedAfter))
            expert.Tell(message);
        if (core.Reports.Awaits(expert.Key))
            expert.Tell(new TakeFingerprint(expert.Epoch));
    }

    /// <summary>Stops the experts that are in no batch any more, and that nothing waits for.</summary>
    public void LetGo()
    {
        foreach (var expert in core.Directory.LetGo(
            core.Gate.Mixed, key => core.Checkpoints.Keeper.Awaits(key) || core.Predictors.Awaits(key)))
        {
            Stop(expert);
            core.Pipeline.Forget(expert.Key);
            core.Checkpoints.Keeper.Left(expert.Key, expert.Origin);
        }
    }

    private ExpertId IdOf(Member member) => new(core.Settings.Name, member.Origin);

    private void Greet(long key)
    {
        if (core.Directory.Find(key) is not { } expert)
            return;
        var actor = core.Shell.Context.Sender;
        if (!actor.Equals(expert.Actor))
            expert.Actor = core.Shell.Context.Watch(actor);
        Restore(expert);
    }

    /// <summary>An expert that was stopped, by whatever, is started again.</summary>
    private void Replace(ExpertHandle expert)
    {
        core.Shell.Log.Warning("Expert '{0}' was stopped; it is started again and restored", expert.Id);
        (expert.IsUp, expert.Epoch, expert.Actor) = (false, 0, null);
        Start(expert.Member);
    }

    /// <summary>What is asked of an expert after a batch.</summary>
    private IEnumerable<IWireMessage> AskedAfter(ExpertHandle expert, long number)
    {
        if (core.Checkpoints.Keeper.Round is { } round && round.Number == number && round.Awaits(expert.Key))
            yield return new SaveImage(expert.Epoch, number);
        if (core.Predictors.QuestionFor(expert, number) is { } question)
            yield return question;
    }

    private void Begin(Cloned cloned)
    {
        if (core.Directory.Find(cloned.Newcomer) is not { AwaitsParent: true } expert)
            return;
        if (cloned.InitialState.IsOnDevice && core.Devices.Of(expert.Member) is null)
            return;                                          // lost since; its parent is asked again
        (expert.InitialState, expert.AwaitsParent) = (cloned.InitialState, false);
        if (expert.IsUp)
            Restore(expert);
        core.Shell.Advance();
    }

    private void NoteFailure(ExpertHandle expert, Failed failed)
    {
        (expert.IsUp, expert.Epoch) = (false, 0);
        core.Telemetry.ExpertFailed();
        if (failed.Number == 0)
        {
            core.Shell.Log.Warning("Expert '{0}' broke ({1}); it is restored", expert.Id, failed.Reason);
            return;
        }
        var failures = expert.Fail(failed.Number);
        core.Shell.Log.Warning("Expert '{0}' failed on batch {1} ({2} of {3}): {4}; it is restored",
            expert.Id, failed.Number, failures, ExpertHandle.MaxFailures, failed.Reason);
        if (failures < ExpertHandle.MaxFailures)
            return;
        if (failed.Number <= core.Gate.Mixed || core.State.Dropped.ContainsKey(expert.Origin))
            throw new ModelException(
                $"Expert '{expert.Id}' fails again and again at batch {failed.Number}, which it has learned: "
                + $"{failed.Reason}. The model cannot continue with it.");
        expert.IsDropping = true;
        core.Pipeline.Hold(expert.Key, failed.Number);
        var decision = core.State.Decide(new DropExpert(expert.Origin, failed.Number, failed.Reason));
        if (decision.Events.Count == 0)
            throw new ModelException(
                $"Expert '{expert.Id}' fails again and again at batch {failed.Number}: {failed.Reason}. "
                + $"It cannot be put out of the pool: {decision.Refusal}");
        core.Shell.PersistMeanwhile(decision.Events, e => Drop(expert, (ExpertDropped)e));
    }

    private void Drop(ExpertHandle expert, ExpertDropped e)
    {
        var (_, from, reason) = e.Expert;
        core.Shell.Log.Warning("Expert '{0}' is out of the pool from batch {1} on: {2}", expert.Id, from, reason);
        core.Apply(e);
        core.Pipeline.Drop(expert.Key, from);
        expert.IsDropping = false;
        core.Predictors.GiveUp();
        if (expert.IsUp)
            Restore(expert);                                 // without the batches that it fails on
        core.Shell.Advance();
    }
}
