using System.Reflection;
using ILGPU.Runtime;
using MoE.Compute.Data;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Experts;

/// <summary>
/// Experts on one device. One launch computes all experts of one kind and one set of options, a thread group each: time
/// is sequential, experts are parallel; those that learn by micro-batches share products of matrices. The same calls
/// give the same bits again on the same device. Not safe for several threads.
/// </summary>
public sealed class DevicePool : IDevicePool
{
    /// <summary>Launches that may be under way: one computes, the next one is packed and sent meanwhile.</summary>
    public const int Depth = 2;

    private readonly Dictionary<string, ArenaLane> _lanes = [];
    private readonly HashSet<DeviceExpert> _experts = [];
    private readonly FetchThread _fetcher = new();
    private readonly PoolLaunch[] _launches;
    private readonly Queue<UnderWay> _underWay = [];
    private readonly HashSet<MethodInfo> _kernels = [];
    private readonly DeviceMemory _memory;
    private readonly Schema _schema;
    private readonly DeviceArray<float> _corrections;
    private int _begun;
    private bool _isDisposed;

    /// <summary>A pool without experts.</summary>
    /// <param name="accelerator">
    /// Where it computes; not disposed together with this. Its context allows profiling, whose markers say when a
    /// launch is done.
    /// </param>
    /// <param name="schema">The columns of the rows.</param>
    public DevicePool(Accelerator accelerator, Schema schema) : this(accelerator, schema, accelerator?.MemorySize ?? 0)
    {
    }

    /// <summary>As the other, with no more than so many bytes for experts.</summary>
    internal DevicePool(Accelerator accelerator, Schema schema, long memory)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(schema);
        FusedMath.Register();
        (_memory, _schema) = (new DeviceMemory(accelerator, memory), schema);
        _launches = [.. Enumerable.Range(0, Depth).Select(place => new PoolLaunch(accelerator, _fetcher, place))];
        _corrections = new DeviceArray<float>(accelerator);
        float[] corrections = [.. Adam.Corrections.SelectMany(c => new[] { c.First, c.Second })];
        _corrections.Copy(accelerator.DefaultStream, corrections);
        accelerator.DefaultStream.Synchronize();             // which no other stream waits for
    }

    /// <summary>Whether a kernel computes for experts of a specification; only the CPU does for the others.</summary>
    public static bool Computes(ExpertSpec spec) => ExpertKinds.Of(spec).HasKernel;

    /// <inheritdoc/>
    public int Kernels => _kernels.Count;

    /// <inheritdoc/>
    public DeviceExpert Add(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image)
    {
        ArgumentNullException.ThrowIfNull(spec);
        WaitForLaunches();
        CheckImage(spec, seed, image);
        if (!_lanes.TryGetValue(spec.Text, out var lane))
            _lanes[spec.Text] = lane = new ArenaLane(_memory.Accelerator, spec.Text, Create(spec), Depth);
        return Enter(lane, lane.Arena.Add(seed, image));
    }

    /// <inheritdoc/>
    public DeviceExpert Clone(DeviceExpert parent, float noise, ulong seed)
    {
        Check(parent);
        WaitForLaunches();
        return Enter(parent.Lane, parent.Lane.Arena.Copy(parent.Slot, noise, seed));
    }

    /// <inheritdoc/>
    public void Remove(DeviceExpert expert)
    {
        ArgumentNullException.ThrowIfNull(expert);
        if (!_experts.Remove(expert))
            return;
        WaitForLaunches();
        expert.Lane.Arena.Remove(expert.Slot);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(DeviceExpert expert)
    {
        Check(expert);
        WaitForLaunches();
        return expert.Lane.Arena.Read(expert.Slot);
    }

    /// <inheritdoc/>
    public IDeviceLaunch Begin(IReadOnlyList<BatchJobs> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_underWay.Count == Depth)
            throw new InvalidOperationException($"{Depth} launches are under way; one of them is to be ended first.");
        var launch = _launches[_begun % Depth];
        try
        {
            launch.LineUp(batches);
            Fit(launch.Room);
            launch.Begin(_corrections.Room(2 * Adam.Corrections.Length));
        }
        catch
        {
            launch.Clear();                                  // whoever goes on after this finds the place empty
            throw;
        }
        _begun++;
        var underWay = new UnderWay(this, launch);
        _underWay.Enqueue(underWay);
        return underWay;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (var launch in _launches)
            launch.Dispose();
        _fetcher.Dispose();
        foreach (var lane in _lanes.Values)
            lane.Dispose();
        _corrections.Dispose();
    }

    private DeviceExpert Enter(ArenaLane lane, int slot)
    {
        var expert = new DeviceExpert(lane, slot);
        _experts.Add(expert);
        return expert;
    }

    private void Check(DeviceExpert expert)
    {
        ArgumentNullException.ThrowIfNull(expert);
        if (!_experts.Contains(expert))
            throw new ArgumentException("This expert is not in the pool.", nameof(expert));
    }

    /// <summary>
    /// Refuses what the definition refuses, in its words: a kernel would go where a wrong index leads.
    /// </summary>
    private void CheckImage(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image)
    {
        var numbers = new StateReader(image);
        ExpertKinds.Create(spec, _schema, seed).Load(numbers);
        numbers.End();
    }

    /// <summary>Slots are written and moved only while no kernel reads them.</summary>
    private void WaitForLaunches()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (var launch in _underWay)
            launch.Wait();
    }

    private void Fit(SlotRoom room)
    {
        foreach (var arena in _lanes.Values.Select(lane => lane.Arena).Where(arena => arena.Slots > 0))
            if (!arena.Fits(room))
            {
                WaitForLaunches();
                arena.Fit(room);
            }
    }

    private float[][][] End(UnderWay underWay)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_underWay.TryPeek(out var first) || first != underWay)
            throw new InvalidOperationException("Another launch is to be ended before this one.");
        underWay.Done.GetAwaiter().GetResult();
        _underWay.Dequeue();
        return underWay.Launch.End();
    }

    /// <summary>A launch between its beginning and its end.</summary>
    private sealed class UnderWay(DevicePool pool, PoolLaunch launch) : IDeviceLaunch
    {
        public PoolLaunch Launch => launch;

        public int Batches { get; } = launch.Batches;

        public Task Done { get; } = launch.Done;

        public float[][][] Answers() => pool.End(this);

        public void Wait() => launch.Wait();
    }

    private IExpertArena Create(ExpertSpec spec) => ExpertKinds.Of(spec).CreateArena(
            spec, new ArenaPlace(_memory, spec.Text, _kernels), _schema)
        ?? throw new ArgumentOutOfRangeException(nameof(spec), spec, "This kind has no kernel.");
}
