using Akka.Actor;
using MoE.Compute.Experts;
using MoE.Compute.Gpu;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;

namespace MoE.Actors.Devices;

/// <summary>One model on a device: its experts there, the jobs that wait, and the launches under way.</summary>
/// <param name="device">The device's name.</param>
/// <param name="gate">The model's gate.</param>
/// <param name="self">The actor that drives the device.</param>
internal sealed class DeviceTenant(string device, IActorRef gate, IActorRef self)
{
    /// <summary>Rows that one launch takes at most: for an expert that catches up thousands of batches wait.</summary>
    private const int MostRows = 4096;

    private readonly PendingJobs _waiting = new();
    private readonly Queue<(IDeviceLaunch Launch, List<WaitingBatch> Batches)> _underWay = [];
    private readonly ResidentExperts _residents = new();
    private readonly Dictionary<string, NoRoom> _full = [];
    private IDevicePool? _pool;

    /// <summary>The model's gate.</summary>
    public IActorRef Gate => gate;

    /// <summary>The experts that have numbers on the device.</summary>
    public IEnumerable<IActorRef> Owners => _residents.Owners;

    /// <summary>Whether it has a pool.</summary>
    public bool IsOpen => _pool is not null;

    private IDevicePool Pool => _pool ?? throw new InvalidOperationException($"{device} serves this model no more.");

    /// <summary>Takes over a pool without experts.</summary>
    public IDevicePool Open(IDevicePool pool) => _pool = pool;

    /// <summary>Removes everything; not to be called where the driver has failed.</summary>
    public void Dispose()
    {
        _pool?.Dispose();
        _pool = null;
    }

    /// <summary>Takes an expert in, unless there was no room for its specification before.</summary>
    public void Load(Load load, IActorRef owner)
    {
        if (_full.TryGetValue(load.Spec.Text, out var noRoom))
            owner.Tell(noRoom);
        else
            _residents.Begin(
                load.Epoch, load.Spec.Text, owner, () => Pool.Add(load.Spec, load.Seed, load.Image));
    }

    /// <summary>Takes an expert in as the copy that is kept for it.</summary>
    public void Load(LoadCopy copy, IActorRef owner)
    {
        if (_full.TryGetValue(copy.Spec.Text, out var noRoom))
            owner.Tell(noRoom);
        else if (!_residents.HasCopyFor(copy.Newcomer))
            owner.Tell(new CopyGone(copy.Epoch));
        else
            _residents.Begin(copy.Epoch, copy.Spec.Text, owner,
                () => Pool.Clone(_residents.CopyFor(copy.Newcomer), copy.Noise, copy.NoiseSeed));
    }

    /// <summary>Adds a job to those that wait; not that of an expert that was evicted and does not know yet.</summary>
    public void Add(ResidentJob job, IActorRef owner)
    {
        if (!_residents.Has(job.Epoch))
            return;
        if (_waiting.IsEmpty)
            self.Tell(new DeviceActor.RunWaiting(this));     // after what is in the mailbox already
        _waiting.Add(job, owner);
    }

    /// <summary>Begins what waits, as long as launches may be under way.</summary>
    public void FillLaunches()
    {
        while (!_waiting.IsEmpty && _underWay.Count < DevicePool.Depth)
            BeginNext();
    }

    /// <summary>Begins all that waits; ends launches where that makes room.</summary>
    public void BeginAll()
    {
        while (!_waiting.IsEmpty)
            try
            {
                if (_underWay.Count == DevicePool.Depth)
                    EndFirst();
                BeginNext();
            }
            catch (DeviceRoomException e)
            {
                Evict(e);                                    // the others' jobs still wait
            }
    }

    /// <summary>Gives out what is done, and begins more.</summary>
    public void EndDone()
    {
        while (_underWay.TryPeek(out var first) && first.Launch.Done.IsCompleted)
            EndFirst();
        FillLaunches();
    }

    /// <summary>Gives an expert's image after everything begun.</summary>
    public void Read(ReadImage read, IActorRef owner)
    {
        if (_residents.Has(read.Epoch))
            owner.Tell(new ImageRead(read.Epoch, read.Purpose, Pool.Read(_residents[read.Epoch])));
    }

    /// <summary>Keeps a copy on the device, or gives the image if that has no room for one.</summary>
    public void Keep(KeepCopy keep, IActorRef owner)
    {
        if (!_residents.Has(keep.Epoch))
            return;
        var expert = _residents[keep.Epoch];
        try
        {
            _residents.Keep(keep.Newcomer, keep.Epoch, Pool.Clone(expert, 0f, 0), Pool);
            owner.Tell(new CopyKept(keep.Epoch, keep.Newcomer));
        }
        catch (DeviceRoomException)
        {
            owner.Tell(new ImageRead(keep.Epoch, keep.Purpose, Pool.Read(expert)));
        }
    }

    /// <summary>Removes the copy that is kept for a newcomer.</summary>
    public void DropCopy(long newcomer) => _residents.DropCopy(newcomer, Pool);

    /// <summary>Removes an expert.</summary>
    public void Unload(long epoch) => _residents.End(epoch, Pool);

    /// <summary>The experts of a specification continue elsewhere; the others, with their jobs, here.</summary>
    public void Evict(DeviceRoomException full)
    {
        var noRoom = _full[full.Specification] = new NoRoom(full.Specification, $"{device}: {full.Message}");
        gate.Tell(noRoom);
        foreach (var owner in _residents.Evict(full.Specification, Pool))
            owner.Tell(noRoom);
        self.Tell(new DeviceActor.RunWaiting(this));
    }

    private void BeginNext()
    {
        var batches = _waiting.Peek(MostRows, _residents.Has);
        if (batches.Count == 0)
            return;
        var launch = Pool.Begin([.. batches.Select(waiting => new BatchJobs(waiting.Batch,
            [.. waiting.Jobs.Select(one => new DeviceJob(
                _residents[one.Job.Epoch], one.Job.Rows, one.Job.Learns))]))]);
        batches.RemoveRange(launch.Batches, batches.Count - launch.Batches);
        _waiting.Remove(batches);
        _underWay.Enqueue((launch, batches));
        var done = new DeviceActor.LaunchDone(this);
        launch.Done.PipeTo(self, self, () => done, _ => done);
    }

    private void EndFirst()
    {
        var (launch, batches) = _underWay.Dequeue();
        var answers = launch.Answers();
        foreach (var (n, (_, jobs)) in batches.Index())
            foreach (var (i, (job, expert)) in jobs.Index())
                expert.Tell(new RowsProcessed(job, answers[n][i]));
    }
}
