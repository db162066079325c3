using Akka.Actor;
using Akka.Event;
using MoE.Actors.Devices;
using MoE.Actors.Devices.Trials;
using MoE.Actors.Expert;
using MoE.Compute;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Rosters;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Gate;

/// <summary>
/// The gate as the experts' supervisor: restores them, drops those that keep failing, takes their fingerprints.
/// </summary>
internal sealed partial class GateActor
{
    private readonly ExpertDirectory _experts;
    private readonly ReportCollector<IActorRef> _reports = new();
    private IActorRef? _device;
    private DeviceSettings? _deviceSettings;
    private DeviceStatus? _deviceStatus;
    private BankScoring? _banks;
    private long _restores;

    /// <summary>Brings an expert to where the checkpoint or its parent leaves it, then through all since.</summary>
    private void Restore(ExpertHandle expert)
    {
        expert.IsUp = true;
        if (expert.IsDropping || expert.AwaitsParent)
            return;
        expert.Epoch = (_state.Epoch << 32) + ++_restores;
        var device = IsOnDevice(expert.Member) ? _device : null;
        foreach (var message in _experts.Restoration(expert, _state, device, AskedAfter))
            expert.Actor.Tell(message);
        if (_reports.Awaits(expert.Key))
            expert.Actor.Tell(new TakeFingerprint(expert.Epoch));
    }

    /// <summary>What is asked of an expert after a batch.</summary>
    private IEnumerable<object> AskedAfter(ExpertHandle expert, long number)
    {
        if (_checkpoints.Round is { } round && round.Number == number && round.Awaits(expert.Key))
            yield return new SaveImage(expert.Epoch, number);
        if (_predictors is { } predictors && predictors.Number == number && predictors.Awaits(expert.Key))
            yield return new TakeSnapshot(expert.Epoch, number, predictors.ClassesFor(expert.Key));
    }

    private void Begin(Cloned cloned)
    {
        if (_experts.Find(cloned.Newcomer) is not { AwaitsParent: true } expert)
            return;
        if (cloned.InitialState.IsOnDevice && !IsOnDevice(expert.Member))
            return;                                          // lost since; its parent is asked again
        (expert.InitialState, expert.AwaitsParent) = (cloned.InitialState, false);
        if (expert.IsUp)
            Restore(expert);
        Advance();
    }

    private IActorRef StartExpert(Member member)
    {
        var expert = new ExpertSettings(member.Key, Ids.OfExpert(member.Origin), _settings.Options.Window,
            () => _settings.NewExpert(member))
        {
            Member = member,
            Model = _settings.Name,
            Snapshots = _settings.Plugins.Snapshots,
        };
        var isFree = Context.Child(member.Origin).IsNobody();    // else one that is on its way out has the name
        var name = isFree ? member.Origin : $"{member.Origin}~{Guid.NewGuid():N}";
        return Context.Watch(Context.ActorOf(ExpertActor.Props(expert), name));
    }

    /// <summary>An expert that was stopped, by whomever, comes back.</summary>
    private void Replace(IActorRef stopped)
    {
        if (_experts.FindBy(stopped) is not { } expert)
        {
            _ingest.End(stopped, null);                      // a producer that is gone gives no more
            Advance();
            return;
        }
        _log.Warning("Expert '{0}' was stopped; it is started again and restored", expert.Id);
        (expert.IsUp, expert.Epoch, expert.Actor) = (false, 0, StartExpert(expert.Member));
    }

    private bool IsOnDevice(Member member) =>
        _deviceStatus is not null && _state.Placement.Includes(member.Spec) && _deviceSettings!.Computes(member.Spec);

    /// <summary>Finds out where experts are to be computed, before they are brought back.</summary>
    private void Place()
    {
        (_deviceSettings, var placement) = _settings.Devices.Plan(_state.Placement, isNew: _state.Accepted == 0);
        if (_deviceSettings is null)
        {
            Place(Placement.Cpu);
            return;
        }
        _device = Context.ActorOf(DeviceActor.Props(_deviceSettings), "~device");
        _device.Tell(new TakeUp(
            placement, DeviceTrial.Here(_settings.Schema, _settings.Options, _state.Roster.Members)));
    }

    private void NoteTakenUp(TakenUp taken)
    {
        foreach (var refusal in taken.Status.Refusals)
            _log.Warning("{0}: {1}; the CPU computes for its experts", taken.Status.Device, refusal);
        if (taken.Placement.IsCpu)
            Context.Stop(_device);
        else
            _deviceStatus = taken.Status;
        if (taken.Banks is var (scorer, fewest))
            _banks = new BankScoring(scorer, fewest, e => _log.Error(
                "{0} failed: {1}; the CPU chooses the routed experts from here on", taken.Status.Device, e.Message));
        Place(taken.Placement);
    }

    /// <summary>What was learned since the checkpoint is learned again, and so on what is chosen now.</summary>
    private void Place(Placement placement)
    {
        var from = (_state.Checkpoint?.Number ?? 0) + 1;
        if (_state.Accepted > 0 && placement.Device != _state.Placement.Device)
            _log.Warning("Experts were computed on {0} before, and are on {1} from batch {2} on: the numbers from then "
                + "on are not to the bit those of before", _state.Placement, placement, from);
        PersistAll(_state.Decide(new ChooseDevice(placement, from)).Events, e => _state = _state.Apply(e),
            onComplete: LoadPoint);
    }

    /// <summary>What its experts learned since the checkpoint is learned again on the CPU, and stored soon.</summary>
    private void NoteLost(string reason)
    {
        var wasTakenUp = _deviceStatus is not null;
        _deviceStatus = null;
        _log.Error("{0}; its experts continue on the CPU from checkpoint {1}, and numbers may differ from batch {2} "
            + "on", reason, _state.Checkpoint?.Number ?? 0, _gate.Mixed + 1);
        if (!wasTakenUp)
        {
            Place(Placement.Cpu);
            return;
        }
        MoveTo(Placement.Cpu);
    }

    /// <summary>As for one that is lost, of the experts of a specification alone.</summary>
    private void NoteNoRoom(string specification, string reason)
    {
        _log.Warning("{0}; they continue on the CPU from checkpoint {1}, and numbers may differ from batch {2} on",
            reason, _state.Checkpoint?.Number ?? 0, _gate.Mixed + 1);
        var placement = _state.Placement.Without(specification, _experts.All.Select(expert => expert.Member.Spec));
        if (placement.IsCpu)
        {
            _deviceStatus = null;
            Context.Stop(_device);
        }
        MoveTo(placement);
    }

    private void MoveTo(Placement placement)
    {
        _checkpoints.Abandon();
        GiveUpPredictor();
        var decision = _state.Decide(new ChooseDevice(placement, _gate.Mixed + 1));
        _state = decision.Events.Aggregate(_state, (state, e) => state.Apply(e));
        PersistAllAsync(decision.Events, _ => { });
        foreach (var expert in _experts.All)
            if (expert.InitialState is { IsOnDevice: true } && !IsOnDevice(expert.Member))
                (expert.InitialState, expert.AwaitsParent) = (null, true);
    }

    /// <summary>An expert does not begin anew any more: what it began as is let go.</summary>
    private void Forget(ExpertHandle expert)
    {
        if (expert.Parent is not null && _deviceStatus is not null)
            _device.Tell(new DropCopy(expert.Key));
        expert.InitialState = null;
    }

    private void NoteRestoreFailure(ExpertHandle expert, RestoreFailed failed)
    {
        if (!_isRestoring || !failed.IsDamage)
            throw new ModelException(
                $"Expert '{expert.Id}' cannot be restored: {failed.Reason}; open the model again.");
        FallBack(failed.Reason);
    }

    private void NoteFailure(ExpertHandle expert, Failed failed)
    {
        (expert.IsUp, expert.Epoch) = (false, 0);
        _settings.Telemetry.ExpertFailed();
        if (failed.Number == 0)
        {
            _log.Warning("Expert '{0}' broke ({1}); it is restored", expert.Id, failed.Reason);
            return;
        }
        var failures = expert.Fail(failed.Number);
        _log.Warning("Expert '{0}' failed on batch {1} ({2} of {3}): {4}; it is restored",
            expert.Id, failed.Number, failures, ExpertHandle.MaxFailures, failed.Reason);
        if (failures < ExpertHandle.MaxFailures)
            return;
        if (failed.Number <= _gate.Mixed || _state.Dropped.ContainsKey(expert.Origin))
            throw new ModelException(
                $"Expert '{expert.Id}' fails again and again at batch {failed.Number}, which it has learned: "
                + $"{failed.Reason}. The model cannot go on with it.");
        expert.IsDropping = true;
        _pipeline.Hold(expert.Key, failed.Number);
        var decision = _state.Decide(new DropExpert(expert.Origin, failed.Number, failed.Reason));
        if (decision.Events.Count == 0)
            throw new ModelException(
                $"Expert '{expert.Id}' fails again and again at batch {failed.Number}: {failed.Reason}. "
                + $"It cannot be put out of the pool: {decision.Refusal}");
        PersistAllAsync(decision.Events, e => Drop(expert, (ExpertDropped)e));
    }

    private void Drop(ExpertHandle expert, ExpertDropped e)
    {
        var (_, from, reason) = e.Expert;
        _log.Warning("Expert '{0}' is out of the pool from batch {1} on: {2}", expert.Id, from, reason);
        _state = _state.Apply(e);
        _pipeline.Drop(expert.Key, from);
        expert.IsDropping = false;
        GiveUpPredictor();
        if (expert.IsUp)
            Restore(expert);                                 // without the batches that it fails on
        Advance();
    }

    private void BeginReport()
    {
        if (!_reports.Begin())
            return;
        foreach (var expert in _experts.Ready)
            expert.Actor.Tell(new TakeFingerprint(expert.Epoch));
    }

    private void NoteFingerprint(FingerprintTaken taken)
    {
        var members = _gate.Roster.Members;
        if (_reports.Take(taken.Key, taken.Value, members.Select(member => member.Key)) is not { } fingerprints)
            return;
        var whole = Fingerprints.Combine([Fingerprints.Of(_gate.SaveEncoding), Fingerprints.Of(_gate.SaveMixing),
            .. fingerprints]);
        foreach (var reporter in _reports.End())
            reporter.Tell(new MixtureReport(
                _gate.Scores(), _gate.ExpertScores(), _ingest.Duplicates, whole, _gate.Roster)
            {
                Devices = [.. members.Select(m => IsOnDevice(m) ? _deviceStatus!.Device : Placement.Cpu.Device)],
            });
        Advance();
    }
}
