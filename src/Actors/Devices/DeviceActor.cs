using Akka.Actor;
using MoE.Compute.Experts;
using MoE.Compute.Gpu;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Devices;

/// <summary>
/// Computes for the experts on one device, on a thread of its own: what waits while a launch computes goes into the
/// next, one a kind, however many batches it is. When the device fails it says so to the gate, its parent, and to every
/// expert, and computes no more; when it has no room for the experts of a specification, to these.
/// </summary>
internal sealed class DeviceActor(DeviceSettings settings) : UntypedActor
{
    private const string Dispatcher = "akka.actor.device-dispatcher";

    /// <summary>Rows that one launch takes at most: for an expert that catches up thousands of batches wait.</summary>
    private const int MostRows = 4096;

    private readonly PendingJobs _waiting = new();
    private readonly Queue<(IDeviceLaunch Launch, List<WaitingBatch> Batches)> _underWay = [];
    private readonly ResidentExperts _stays = new();
    private readonly Dictionary<string, NoRoom> _full = [];
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
            if (message is MoveIn or BeginCopy or ProcessRows or ReadImage or KeepCopy)
                Sender.Tell(new DeviceLost(reason));
            return;
        }
        switch (message)
        {
            case TakeUp(var placement, var trial):
                Try(() => Sender.Tell(trial.Begin(settings, _pool = settings.Open(), placement)));
                break;
            case MoveIn or BeginCopy when _full.TryGetValue(SpecificationOf(message), out var noRoom):
                Sender.Tell(noRoom);
                break;
            case MoveIn stay:
                Try(() => _stays.Begin(stay.Epoch, stay.Spec.Text, Sender,
                    () => _pool!.Add(stay.Spec, stay.Seed, stay.Image)));
                break;
            case BeginCopy gone when !_stays.HasCopyFor(gone.Newcomer):
                Sender.Tell(new CopyGone(gone.Epoch));
                break;
            case BeginCopy copy:
                Try(() => _stays.Begin(copy.Epoch, copy.Spec.Text, Sender,
                    () => _pool!.Clone(_stays.CopyFor(copy.Newcomer), copy.Noise, copy.NoiseSeed)));
                break;
            case ProcessRows walk when _stays.Has(walk.Epoch):
                if (_waiting.IsEmpty)
                    Self.Tell(RunWaiting.Instance);          // behind what is here already
                _waiting.Add(walk, Sender);
                break;
            case RunWaiting:
                Try(FillLaunches);
                break;
            case LaunchDone:
                Try(EndDone);
                break;
            case ReadImage(var epoch, var purpose) when _stays.Has(epoch):
                BeginAll();
                Try(() => Tell(epoch, expert => new ImageRead(epoch, purpose, _pool!.Read(expert))));
                break;
            case KeepCopy keep when _stays.Has(keep.Epoch):
                BeginAll();
                Try(() => Tell(keep.Epoch, expert => Keep(keep, expert)));
                break;
            case DropCopy(var newcomer):
                Try(() => _stays.DropCopy(newcomer, _pool!));
                break;
            case MoveOut(var epoch):
                BeginAll();
                Try(() => _stays.End(epoch, _pool!));
                break;
            case ProcessRows or ReadImage or KeepCopy:
                break;                                       // of one who was sent away and does not know yet
            default:
                Unhandled(message);
                break;
        }
    }

    private static string SpecificationOf(object message) => message switch
    {
        MoveIn stay => stay.Spec.Text,
        BeginCopy copy => copy.Spec.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(message), message, "Nobody begins a stay by this."),
    };

    /// <summary>Begins what waits, as long as launches may be under way.</summary>
    private void FillLaunches()
    {
        while (!_waiting.IsEmpty && _underWay.Count < DevicePool.Depth)
            BeginNext();
    }

    /// <summary>Begins all that waits, of those for whom there is room.</summary>
    private void BeginAll()
    {
        while (!_waiting.IsEmpty && _lost is null)
            Try(() =>
            {
                if (_underWay.Count == DevicePool.Depth)
                    EndFirst();
                BeginNext();
            });
    }

    private void BeginNext()
    {
        var batches = _waiting.Peek(MostRows, _stays.Has);
        if (batches.Count == 0)
            return;
        var launch = _pool!.Begin([.. batches.Select(waiting => new BatchJobs(waiting.Batch,
            [.. waiting.Steps.Select(step => new DeviceJob(
                _stays[step.Job.Epoch], step.Job.Rows, step.Job.Learns))]))]);
        batches.RemoveRange(launch.Batches, batches.Count - launch.Batches);
        _waiting.Remove(batches);
        _underWay.Enqueue((launch, batches));
        launch.Done.PipeTo(Self, Self, () => LaunchDone.Instance, _ => LaunchDone.Instance);
    }

    /// <summary>Gives out what is done, and begins more.</summary>
    private void EndDone()
    {
        while (_underWay.TryPeek(out var first) && first.Launch.Done.IsCompleted)
            EndFirst();
        FillLaunches();
    }

    private void EndFirst()
    {
        var (launch, batches) = _underWay.Dequeue();
        var answers = launch.Answers();
        foreach (var (n, (_, steps)) in batches.Index())
            foreach (var (i, (walk, expert)) in steps.Index())
                expert.Tell(new RowsProcessed(walk, answers[n][i]));
    }

    private void Tell(long epoch, Func<DeviceExpert, object> answer)
    {
        if (_stays.Has(epoch))                               // else it was sent away while the rest was begun
            Sender.Tell(answer(_stays[epoch]));
    }

    /// <summary>Keeps a copy on the device; where that has no room for one, its image is to do.</summary>
    private object Keep(KeepCopy keep, DeviceExpert expert)
    {
        try
        {
            _stays.Keep(keep.Purpose.Newcomer, keep.Epoch, _pool!.Clone(expert, 0f, 0), _pool);
            return new CopyKept(keep.Epoch, keep.Purpose.Newcomer);
        }
        catch (DeviceRoomException)
        {
            return new ImageRead(keep.Epoch, keep.Purpose, _pool!.Read(expert));
        }
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
        catch (DeviceRoomException e)
        {
            Try(() => SendAway(e));
        }
        catch (Exception e)
        {
            settings.GiveUp();
            _pool = null;                                    // what a driver that failed holds goes with the process
            _lost = $"{settings.Name} failed: {RootCause.Of(e).Message}";
            var lost = new DeviceLost(_lost);
            foreach (var one in _stays.Owners.Append(Sender).Prepend(Context.Parent).Distinct())
                one.Tell(lost);
        }
    }

    /// <summary>The experts of a specification go on elsewhere; the others, with what waits for them, here.</summary>
    private void SendAway(DeviceRoomException full)
    {
        var noRoom = _full[full.Specification] = new NoRoom(full.Specification, $"{settings.Name}: {full.Message}");
        Context.Parent.Tell(noRoom);
        foreach (var owner in _stays.SendAway(full.Specification, _pool!))
            owner.Tell(noRoom);
        Self.Tell(RunWaiting.Instance);
    }

    /// <summary>What waits is to be computed.</summary>
    private sealed record RunWaiting
    {
        public static readonly RunWaiting Instance = new();
    }

    /// <summary>The device has done with a launch.</summary>
    private sealed record LaunchDone
    {
        public static readonly LaunchDone Instance = new();
    }
}
