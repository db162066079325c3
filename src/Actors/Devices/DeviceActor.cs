using Akka.Actor;
using MoE.Compute.Gpu;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;

namespace MoE.Actors.Devices;

/// <summary>
/// Drives one device of a node for all of the node's models, on a thread of its own. What waits while a launch computes
/// goes into the next, one a kind of expert and model, however many batches it is. A device that fails says so to every
/// gate and every expert, and computes no more; one that has no room for a specification, to the experts of that.
/// </summary>
internal sealed class DeviceActor(DeviceSettings settings) : UntypedActor
{
    private const string Dispatcher = "akka.actor.device-dispatcher";

    private readonly Dictionary<string, DeviceTenant> _tenants = [];
    private string? _lost;

    public static Props Props(DeviceSettings settings) =>
        Akka.Actor.Props.Create(() => new DeviceActor(settings)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var tenant in _tenants.Values)
            tenant.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeviceCommand when _lost is { } reason:
                if (message is not (Unload or DropCopy or Release))
                    Sender.Tell(new DeviceLost(reason));
                break;
            case Initialize begin:
                Begin(begin);
                break;
            case Release(var model):
                if (_tenants.Remove(model, out var gone))
                    gone.Dispose();
                break;
            case DeviceCommand command when _tenants.TryGetValue(command.Model, out var tenant):
                Try(tenant, () => Serve(tenant, command));
                break;
            case DeviceCommand:
                break;                                       // of a model that was closed
            case RunWaiting(var tenant) when tenant.IsOpen:
                Try(tenant, tenant.FillLaunches);
                break;
            case LaunchDone(var tenant) when tenant.IsOpen:
                Try(tenant, tenant.EndDone);
                break;
            case RunWaiting or LaunchDone:
                break;
            case Terminated gate:
                End(gate.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin(Initialize begin)
    {
        if (_tenants.Remove(begin.Model, out var before))
            before.Dispose();
        var tenant = new DeviceTenant(settings.Name, Context.Watch(Sender), Self);
        _tenants.Add(begin.Model, tenant);
        Try(tenant, () => Sender.Tell(
            begin.Trial.Begin(settings, tenant.Open(settings.Open(begin.Schema)), begin.Placement)));
    }

    private void Serve(DeviceTenant tenant, DeviceCommand command)
    {
        switch (command)
        {
            case Load load:
                tenant.Load(load, Sender);
                break;
            case LoadCopy copy:
                tenant.Load(copy, Sender);
                break;
            case RunJob(_, var job):
                tenant.Add(job, Sender);
                break;
            case ReadImage read:
                tenant.BeginAll();
                tenant.Read(read, Sender);
                break;
            case KeepCopy keep:
                tenant.BeginAll();
                tenant.Keep(keep, Sender);
                break;
            case DropCopy(_, var newcomer):
                tenant.DropCopy(newcomer);
                break;
            case Unload(_, var epoch):
                tenant.BeginAll();
                tenant.Unload(epoch);
                break;
            default:
                Unhandled(command);
                break;
        }
    }

    private void End(IActorRef gate)
    {
        foreach (var (model, tenant) in _tenants.Where(tenant => tenant.Value.Gate.Equals(gate)).ToList())
        {
            _tenants.Remove(model);
            tenant.Dispose();
        }
    }

    // Whatever breaks, experts wait for answers that would never come: all are told, and continue elsewhere.
    private void Try(DeviceTenant tenant, Action action)
    {
        if (_lost is not null)
            return;
        try
        {
            action();
        }
        catch (DeviceRoomException e)
        {
            Try(tenant, () => tenant.Evict(e));
        }
        catch (Exception e)
        {
            settings.GiveUp();
            _lost = $"{settings.Name} failed: {RootCause.Of(e).Message}";
            var lost = new DeviceLost(_lost);
            var all = _tenants.Values.Select(one => one.Gate).Concat(_tenants.Values.SelectMany(one => one.Owners));
            foreach (var one in all.Append(Sender).Distinct())
                one.Tell(lost);
            _tenants.Clear();                                // what a driver that failed holds goes with the process
        }
    }

    /// <summary>What waits for a tenant is to be computed.</summary>
    internal sealed record RunWaiting(DeviceTenant Tenant) : INoSerializationVerificationNeeded;

    /// <summary>The device has finished a launch of a tenant.</summary>
    internal sealed record LaunchDone(DeviceTenant Tenant) : INoSerializationVerificationNeeded;
}
