using Akka.Actor;
using MoE.Compute.Encoding;
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

/// <summary>A batch, and the jobs that wait for it.</summary>
internal sealed record WaitingBatch(TrainingBatch Batch, List<(ResidentJob Job, IActorRef Expert)> Jobs);

/// <summary>Jobs of one model that wait for a device. Each expert's come in the order of their batches.</summary>
internal sealed class PendingJobs
{
    private readonly SortedDictionary<long, WaitingBatch> _byBatch = [];

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _byBatch.Count == 0;

    /// <summary>Adds a job.</summary>
    public void Add(ResidentJob job, IActorRef expert)
    {
        if (!_byBatch.TryGetValue(job.Batch.Number, out var waiting))
            _byBatch[job.Batch.Number] = waiting = new(job.Batch, []);
        waiting.Jobs.Add((job, expert));
    }

    /// <summary>
    /// The oldest batches, up to a number of rows, or one that has more. Forgets the jobs of residences that are over.
    /// </summary>
    public List<WaitingBatch> Peek(int rows, Func<long, bool> isResident)
    {
        List<WaitingBatch> oldest = [];
        List<WaitingBatch> over = [];
        foreach (var waiting in _byBatch.Values)
        {
            waiting.Jobs.RemoveAll(one => !isResident(one.Job.Epoch));
            if (waiting.Jobs.Count > 0)
                rows -= waiting.Batch.Rows;
            if (rows < 0 && oldest.Count > 0)
                break;
            (waiting.Jobs.Count > 0 ? oldest : over).Add(waiting);
        }
        Remove(over);
        return oldest;
    }

    /// <summary>Removes batches that are computed now.</summary>
    public void Remove(IEnumerable<WaitingBatch> batches)
    {
        foreach (var waiting in batches)
            _byBatch.Remove(waiting.Batch.Number);
    }
}

/// <summary>
/// A model's experts on a device, by the epoch in which their residence began, and the copies that newcomers are to
/// begin as, by the newcomer's key.
/// </summary>
internal sealed class ResidentExperts
{
    private readonly Dictionary<long, (string Spec, DeviceExpert? Expert, IActorRef Owner)> _residents = [];
    private readonly Dictionary<long, (string Spec, DeviceExpert Expert)> _copies = [];

    /// <summary>The expert of a residence.</summary>
    public DeviceExpert this[long epoch] => _residents[epoch].Expert!;

    /// <summary>The actors of the experts on the device.</summary>
    public IEnumerable<IActorRef> Owners => _residents.Values.Select(resident => resident.Owner);

    /// <summary>Whether a residence has begun and is not over.</summary>
    public bool Has(long epoch) => _residents.ContainsKey(epoch);

    /// <summary>Begins a residence; its owner is known even if the device refuses.</summary>
    public void Begin(long epoch, string spec, IActorRef owner, Func<DeviceExpert> add)
    {
        _residents[epoch] = (spec, null, owner);
        _residents[epoch] = (spec, add(), owner);
    }

    /// <summary>Whether a copy is kept for a newcomer.</summary>
    public bool HasCopyFor(long newcomer) => _copies.ContainsKey(newcomer);

    /// <summary>The copy that is kept for a newcomer.</summary>
    public DeviceExpert CopyFor(long newcomer) => _copies[newcomer].Expert;

    /// <summary>Ends a residence, if there is one.</summary>
    public void End(long epoch, IDevicePool pool)
    {
        if (_residents.Remove(epoch, out var resident) && resident.Expert is { } expert)
            pool.Remove(expert);
    }

    /// <summary>Keeps what a newcomer is to begin as, in place of what was kept before.</summary>
    /// <param name="newcomer">The newcomer's key.</param>
    /// <param name="parent">The residence of the expert that was copied.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="pool">The device's experts.</param>
    public void Keep(long newcomer, long parent, DeviceExpert copy, IDevicePool pool)
    {
        DropCopy(newcomer, pool);
        _copies[newcomer] = (_residents[parent].Spec, copy);
    }

    /// <summary>Removes what was kept for a newcomer, if something was.</summary>
    public void DropCopy(long newcomer, IDevicePool pool)
    {
        if (_copies.Remove(newcomer, out var copy))
            pool.Remove(copy.Expert);
    }

    /// <summary>Ends everything of a specification.</summary>
    /// <returns>The actors of the experts.</returns>
    public IReadOnlyList<IActorRef> Evict(string specification, IDevicePool pool)
    {
        foreach (var (newcomer, _) in _copies.Where(copy => copy.Value.Spec == specification).ToList())
            DropCopy(newcomer, pool);
        List<IActorRef> owners = [];
        foreach (var (epoch, resident) in _residents.Where(one => one.Value.Spec == specification).ToList())
        {
            End(epoch, pool);
            owners.Add(resident.Owner);
        }
        return [.. owners.Distinct()];
    }
}
