using Akka.Actor;
using Akka.Event;
using MoE.Actors.Devices;
using MoE.Actors.Devices.Trials;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Rosters;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Gate;

/// <summary>Which experts a device computes: chosen when the model is opened, and when the device fails.</summary>
internal sealed class GateDevices(GateCore core)
{
    private IActorRef? _device;
    private DeviceSettings? _settings;

    /// <summary>The device that computes for experts; null for the CPU.</summary>
    public DeviceStatus? Status { get; private set; }

    /// <summary>What chooses routed experts of big banks on the device; null for the CPU.</summary>
    public BankScoring? Banks { get; private set; }

    /// <summary>The device that computes for an expert; null for the CPU.</summary>
    public string? Of(Member member) => Status is { Device: var device }
        && core.State.Placement.Includes(member.Spec) && _settings!.Computes(member.Spec) ? device : null;

    /// <summary>Takes a message of a device; false if it is another.</summary>
    public bool Take(object message)
    {
        switch (message)
        {
            case Initialized ready:
                Begin(ready);
                return true;
            case DeviceLost(var reason):
                NoteLost(reason);
                return true;
            case NoRoom(var specification, var reason):
                NoteNoRoom(specification, reason);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Finds out where experts are to be computed, before they are brought back.</summary>
    public void Choose()
    {
        (_settings, var placement) = core.Node.Devices.Plan(core.State.Placement, isNew: core.State.Accepted == 0);
        if (_settings is null)
        {
            Place(Placement.Cpu);
            return;
        }
        var (schema, options) = (core.Settings.Schema, core.Settings.Options);
        _device = core.Node.Device(_settings.Name);
        _device.Tell(new Initialize(core.Settings.Name, schema, placement,
            DeviceTrial.Here(schema, options, core.State.Roster.Members)));
    }

    /// <summary>A newcomer does not begin anew any more: what the device keeps for it is removed.</summary>
    public void Forget(Member member)
    {
        if (member.Parent is not null && Status is not null)
            _device.Tell(new DropCopy(core.Settings.Name, member.Key));
    }

    private void Begin(Initialized ready)
    {
        foreach (var refusal in ready.Status.Refusals)
            core.Shell.Log.Warning("{0}: {1}; the CPU computes for its experts", ready.Status.Device, refusal);
        if (ready.Placement.IsCpu)
            _device.Tell(new Release(core.Settings.Name));
        else
            Status = ready.Status;
        if (ready.Banks is var (scorer, fewest))
            Banks = new BankScoring(scorer, fewest, e => core.Shell.Log.Error(
                "{0} failed: {1}; from now on the CPU chooses the routed experts", ready.Status.Device, e.Message));
        Place(ready.Placement);
    }

    /// <summary>What was learned since the checkpoint is learned again, and so on what is chosen now.</summary>
    private void Place(Placement placement)
    {
        var from = (core.State.Checkpoint?.Number ?? 0) + 1;
        if (core.State.Accepted > 0 && placement.Device != core.State.Placement.Device)
            core.Shell.Log.Warning("Experts were computed on {0} before, and are computed on {1} from batch {2} on; "
                + "numbers may differ from there", core.State.Placement, placement, from);
        core.Shell.Persist(
            core.State.Decide(new ChooseDevice(placement, from)).Events, core.Apply, core.Recovery.LoadPoint);
    }

    /// <summary>What its experts learned since the checkpoint is learned again on the CPU, and stored soon.</summary>
    private void NoteLost(string reason)
    {
        var isLater = Status is not null;
        Status = null;
        core.Shell.Log.Error("{0}; its experts continue on the CPU from checkpoint {1}, and numbers may differ from "
            + "batch {2} on", reason, core.State.Checkpoint?.Number ?? 0, core.Gate.Mixed + 1);
        if (isLater)
            MoveTo(Placement.Cpu);
        else
            Place(Placement.Cpu);
    }

    /// <summary>As for one that is lost, of the experts of a specification alone.</summary>
    private void NoteNoRoom(string specification, string reason)
    {
        core.Shell.Log.Warning("{0}; they continue on the CPU from checkpoint {1}, and numbers may differ from batch "
            + "{2} on", reason, core.State.Checkpoint?.Number ?? 0, core.Gate.Mixed + 1);
        var placement = core.State.Placement.Without(
            specification, core.Directory.All.Select(expert => expert.Member.Spec));
        if (placement.IsCpu)
        {
            Status = null;
            _device.Tell(new Release(core.Settings.Name));
        }
        MoveTo(placement);
    }

    private void MoveTo(Placement placement)
    {
        core.Checkpoints.Keeper.Abandon();
        core.Predictors.GiveUp();
        var decision = core.State.Decide(new ChooseDevice(placement, core.Gate.Mixed + 1));
        foreach (var e in decision.Events)
            core.Apply(e);
        core.Shell.PersistMeanwhile(decision.Events, _ => { });
        foreach (var expert in core.Directory.All)
            if (expert.InitialState is { IsOnDevice: true } && Of(expert.Member) is null)
                (expert.InitialState, expert.AwaitsParent) = (null, true);
    }
}
