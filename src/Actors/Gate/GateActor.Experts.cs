using Akka.Actor;
using Akka.Event;
using MoE.Actors.Devices;
using MoE.Actors.Devices.Trials;
using MoE.Actors.Expert;
using MoE.Compute;
using MoE.Compute.Gating;
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
    private readonly Dictionary<long, ExpertSeat> _seats = [];
    private readonly List<ExpertSeat> _leaving = [];
    private (Roster? Roster, ExpertSeat?[] Seats) _seated = (null, []);
    private readonly List<IActorRef> _reporters = [];
    private Dictionary<long, string>? _fingerprints;
    private IActorRef? _device;
    private DeviceSettings? _deviceSettings;
    private DeviceStatus? _deviceStatus;
    private BankScoring? _banks;
    private bool _closing;
    private long _restores;

    /// <summary>Whether no batch may begin until those under way are done, for somebody waits for the whole.</summary>
    private bool MustDrain => _reporters.Count > 0;

    private ExpertSeat? SeatOf(long key) => _seats.GetValueOrDefault(key);

    /// <summary>
    /// Brings an expert to where the checkpoint or its parent leaves it, then through all that came since, in order.
    /// </summary>
    private void Restore(ExpertSeat seat)
    {
        seat.IsUp = true;
        if (seat.IsDropping || seat.AwaitsParent)
            return;
        seat.Epoch = (_state.Epoch << 32) + ++_restores;
        seat.Actor.Tell(new Restore(seat.Epoch, _state.ImageOf(seat.Key))
        {
            Beginning = seat.Beginning,
            Device = IsOnDevice(seat.Member) ? _device : null,
        });
        AskForCopies(seat, after: _state.Checkpoint?.Number ?? 0, orBefore: true);
        AskForSnapshotAt(seat, _state.Checkpoint?.Number ?? 0);
        foreach (var batch in _kept.From(seat.Since - 1))    // copies may begin where it begins
        {
            Send(seat, batch);
            if (_round is { } round && round.Number == batch.Number && round.Awaits(seat.Key))
                seat.Actor.Tell(new SaveImage(seat.Epoch, round.Number));
            AskForCopies(seat, batch.Number);
            AskForSnapshotAt(seat, batch.Number);
        }
        if (_fingerprints is { } taken && !taken.ContainsKey(seat.Key))
            seat.Actor.Tell(new TakeFingerprint(seat.Epoch));
    }

    private void Send(ExpertSeat seat, RoutedBatch batch)
    {
        if (batch.Roster.PlaceOf(seat.Key) is >= 0 and var place && _pipeline.Asks(batch, place))
            Send(seat, batch, place);
    }

    private static void Send(ExpertSeat seat, RoutedBatch batch, int place) =>
        seat.Actor.Tell(new WalkRows(seat.Epoch, batch.Training, batch.Routing.RowsFor(place))
        {
            Learns = batch.Roster[place].Mode == ExpertMode.Learning,
        }, ActorRefs.NoSender);

    /// <summary>The seats of a roster's members, by place. A member keeps its seat as long as it is one.</summary>
    private ExpertSeat?[] SeatsOf(Roster roster)
    {
        if (!ReferenceEquals(roster, _seated.Roster))
            _seated = (roster, [.. roster.Members.Select(member => SeatOf(member.Key))]);
        return _seated.Seats;
    }

    private void AskForCopies(ExpertSeat parent, long after, bool orBefore = false)
    {
        foreach (var newcomer in _seats.Values)
            if (newcomer.AwaitsParent && newcomer.Parent == parent.Key
                && (newcomer.Since - 1 == after || (orBefore && newcomer.Since - 1 < after)))
                parent.Actor.Tell(new CloneState(parent.Epoch, newcomer.Key));
    }

    private void Begin(Cloned cloned)
    {
        if (SeatOf(cloned.Newcomer) is not { AwaitsParent: true } seat)
            return;
        if (cloned.Beginning.IsOnDevice && !IsOnDevice(seat.Member))
            return;                                          // lost since; its parent is asked again
        (seat.Beginning, seat.AwaitsParent) = (cloned.Beginning, false);
        if (seat.IsUp)
            Restore(seat);
        Advance();
    }

    private ExpertSeat Seat(Member member)
    {
        var seat = new ExpertSeat(member, StartExpert(member));
        _seats.Add(member.Key, seat);
        return seat;
    }

    private IActorRef StartExpert(Member member)
    {
        var expert = new ExpertSettings(member.Key, Ids.OfExpert(member.Origin), _settings.Options.Window,
            () => _settings.NewExpert(member))
        {
            Member = member,
            Model = _settings.Name,
        };
        var isFree = Context.Child(member.Origin).IsNobody();    // else one that is on its way out has the name
        var name = isFree ? member.Origin : $"{member.Origin}~{Guid.NewGuid():N}";
        return Context.Watch(Context.ActorOf(ExpertActor.Props(expert), name));
    }

    /// <summary>An expert that was stopped, by whomever, comes back.</summary>
    private void Replace(IActorRef stopped)
    {
        if (_seats.Values.FirstOrDefault(seat => seat.Actor.Equals(stopped)) is not { } seat)
            return;
        _log.Warning("Expert '{0}' was stopped; it is started again and restored", seat.Id);
        (seat.IsUp, seat.Epoch, seat.Actor) = (false, 0, StartExpert(seat.Member));
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
        _log.Error("{0}; its experts go on on the CPU from checkpoint {1}, and the predictions from batch {2} on are "
            + "theirs", reason, _state.Checkpoint?.Number ?? 0, _gate.Mixed + 1);
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
        _log.Warning("{0}; they go on on the CPU from checkpoint {1}, and their answers from batch {2} on are its own",
            reason, _state.Checkpoint?.Number ?? 0, _gate.Mixed + 1);
        var placement = _state.Placement.Without(specification, _seats.Values.Select(seat => seat.Member.Spec));
        if (placement.IsCpu)
        {
            _deviceStatus = null;
            Context.Stop(_device);
        }
        MoveTo(placement);
    }

    private void MoveTo(Placement placement)
    {
        if (_round is { Completing: false })
            _round = null;                                   // half of its images are of numbers that are gone
        _owesCheckpoint = true;
        GiveUpPredictor();
        var decision = _state.Decide(new ChooseDevice(placement, _gate.Mixed + 1));
        _state = decision.Events.Aggregate(_state, (state, e) => state.Apply(e));
        PersistAllAsync(decision.Events, _ => { });
        foreach (var seat in _seats.Values)
            if (seat.Beginning is { IsOnDevice: true } && !IsOnDevice(seat.Member))
                (seat.Beginning, seat.AwaitsParent) = (null, true);
    }

    /// <summary>An expert does not begin anew any more: what it began as is let go.</summary>
    private void Forget(ExpertSeat seat)
    {
        if (seat.Parent is not null && _deviceStatus is not null)
            _device.Tell(new DropCopy(seat.Key));
        seat.Beginning = null;
    }

    private void NoteRestoreFailure(ExpertSeat seat, RestoreFailed failed)
    {
        if (!IsRestoring || !failed.IsDamage)
            throw new ModelException(
                $"Expert '{seat.Id}' cannot be restored: {failed.Reason}; open the model again.");
        FallBack(failed.Reason);
    }

    private void NoteFailure(ExpertSeat seat, Failed failed)
    {
        (seat.IsUp, seat.Epoch) = (false, 0);
        if (failed.Number == 0)
        {
            _log.Warning("Expert '{0}' broke ({1}); it is restored", seat.Id, failed.Reason);
            return;
        }
        var failures = seat.Fail(failed.Number);
        _log.Warning("Expert '{0}' failed on batch {1} ({2} of {3}): {4}; it is restored",
            seat.Id, failed.Number, failures, ExpertSeat.MaxFailures, failed.Reason);
        if (failures < ExpertSeat.MaxFailures)
            return;
        if (failed.Number <= _gate.Mixed || _state.Dropped.ContainsKey(seat.Origin))
            throw new ModelException(
                $"Expert '{seat.Id}' fails again and again at batch {failed.Number}, which it has learned: "
                + $"{failed.Reason}. The model cannot go on with it.");
        seat.IsDropping = true;
        _pipeline.Hold(seat.Key, failed.Number);
        var decision = _state.Decide(new DropExpert(seat.Origin, failed.Number, failed.Reason));
        if (decision.Events.Count == 0)
            throw new ModelException(
                $"Expert '{seat.Id}' fails again and again at batch {failed.Number}: {failed.Reason}. "
                + $"It cannot be put out of the pool: {decision.Refusal}");
        PersistAllAsync(decision.Events, e => Drop(seat, (ExpertDropped)e));
    }

    private void Drop(ExpertSeat seat, ExpertDropped e)
    {
        var expert = e.Expert;
        _log.Warning("Expert '{0}' is out of the pool from batch {1} on: {2}", seat.Id, expert.From, expert.Reason);
        _state = _state.Apply(e);
        _pipeline.Drop(seat.Key, expert.From);
        seat.IsDropping = false;
        GiveUpPredictor();
        if (seat.IsUp)
            Restore(seat);                                   // without the batches that it fails on
        Advance();
    }

    private void BeginReport()
    {
        if (_reporters.Count == 0 || _fingerprints is not null)
            return;
        _fingerprints = [];
        foreach (var seat in _seats.Values)
            if (seat.Epoch != 0)
                seat.Actor.Tell(new TakeFingerprint(seat.Epoch));
    }

    private void NoteFingerprint(FingerprintTaken taken)
    {
        if (_fingerprints is not { } all)
            return;
        all[taken.Key] = taken.Value;
        var members = _gate.Roster.Members;
        if (!members.All(member => all.ContainsKey(member.Key)))
            return;
        var whole = Fingerprints.Combine([Fingerprints.Of(_gate.SaveEncoding), Fingerprints.Of(_gate.SaveMixing),
            .. members.Select(member => all[member.Key])]);
        foreach (var reporter in _reporters)
            reporter.Tell(new MixtureReport(
                _gate.Scores(), _gate.ExpertScores(), _ingest.Duplicates, whole, _gate.Roster)
            {
                Devices = [.. members.Select(m => IsOnDevice(m) ? _deviceStatus!.Device : Placement.Cpu.Device)],
            });
        _reporters.Clear();
        _fingerprints = null;
        Advance();
    }
}
