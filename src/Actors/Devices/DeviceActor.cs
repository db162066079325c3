using Akka.Actor;
using MoE.Compute.Kernels;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Devices;

/// <summary>
/// Computes for the experts on one device, on a thread of its own: what waits when a launch is done goes into the next,
/// one a kind, however many batches it is. When the device fails it says so to the gate, its parent, and to every
/// expert, and computes no more.
/// </summary>
internal sealed class DeviceActor(DeviceSettings settings) : UntypedActor
{
    private const string Dispatcher = "akka.actor.device-dispatcher";

    /// <summary>Rows that one launch takes at most: for an expert that catches up thousands of batches wait.</summary>
    private const int MostRows = 4096;

    private readonly WaitingWalks _waiting = new();
    private readonly Dictionary<long, (DeviceExpert Expert, IActorRef Owner)> _stays = [];
    private IDevicePool? _pool;
    private string? _lost;

    public static Props Props(DeviceSettings settings) =>
        Akka.Actor.Props.Create(() => new DeviceActor(settings)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop() => _pool?.Dispose();

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        if (_lost is { } reason)
        {
            if (message is MoveIn or WalkRows or ReadImage)
                Sender.Tell(new DeviceLost(reason));
            return;
        }
        switch (message)
        {
            case TakeUp(var placement, var trial):
                Try(() => Sender.Tell(trial.Begin(settings, _pool = settings.Open(), placement)));
                break;
            case MoveIn stay:
                Try(() => _stays[stay.Epoch] = (_pool!.Add(stay.Spec, stay.Seed, stay.Image), Sender));
                break;
            case WalkRows walk:
                if (_waiting.IsEmpty)
                    Self.Tell(RunWaiting.Instance);          // behind what is here already
                _waiting.Add(walk, Sender);
                break;
            case RunWaiting:
                Try(Run);
                break;
            case ReadImage(var epoch, var purpose):
                Try(Run);
                Try(() => Sender.Tell(new ImageRead(epoch, purpose, _pool!.Read(_stays[epoch].Expert))));
                break;
            case MoveOut(var epoch):
                Try(Run);
                Try(() => Release(epoch));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Run()
    {
        while (!_waiting.IsEmpty)
        {
            var taken = _waiting.Take(MostRows);
            var answers = _pool!.Walk([.. taken.Select(waiting => new BatchWalk(waiting.Batch,
                [.. waiting.Steps.Select(step => WalkOf(step.Walk))]))]);
            foreach (var (n, (_, steps)) in taken.Index())
                foreach (var (i, (walk, expert)) in steps.Index())
                    expert.Tell(new Walked(walk, answers[n][i]));
        }
    }

    private DeviceWalk WalkOf(WalkRows walk) => new(_stays[walk.Epoch].Expert, walk.Rows, walk.Learns);

    private void Release(long epoch)
    {
        if (_stays.Remove(epoch, out var stay))
            _pool!.Remove(stay.Expert);
    }

    // Whatever breaks, experts wait for answers that would never come: all are told, and go on elsewhere.
    private void Try(Action action)
    {
        if (_lost is not null)
            return;
        try
        {
            action();
        }
        catch (Exception e)
        {
            settings.GiveUp();
            _pool = null;                                    // what a driver that failed holds goes with the process
            _lost = $"{settings.Name} failed: {e.GetBaseException().Message}";
            var lost = new DeviceLost(_lost);
            foreach (var one in _stays.Values.Select(s => s.Owner).Append(Sender).Prepend(Context.Parent).Distinct())
                one.Tell(lost);
        }
    }

    /// <summary>What waits is to be computed.</summary>
    private sealed record RunWaiting
    {
        public static readonly RunWaiting Instance = new();
    }
}
