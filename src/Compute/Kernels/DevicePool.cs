using ILGPU.Runtime;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Mlp;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels;

/// <summary>
/// Experts on one device. All experts of one kind and one set of options are walked by one launch, a thread group each:
/// time is sequential, experts are parallel. The same calls give the same bits again on the same device. Not safe for
/// several threads.
/// </summary>
public sealed class DevicePool : IDevicePool
{
    private readonly Dictionary<string, ArenaLaunch> _arenas = [];
    private readonly HashSet<DeviceExpert> _experts = [];
    private readonly Accelerator _accelerator;
    private readonly Schema _schema;
    private readonly BatchOnDevice _batch;
    private readonly DeviceArray<float> _corrections;
    private bool _isDisposed;

    /// <summary>A pool without experts.</summary>
    /// <param name="accelerator">Where it computes; not disposed together with this.</param>
    /// <param name="schema">The columns of the rows.</param>
    public DevicePool(Accelerator accelerator, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(schema);
        (_accelerator, _schema) = (accelerator, schema);
        (_batch, _corrections) = (new BatchOnDevice(accelerator), new DeviceArray<float>(accelerator));
        float[] corrections = [.. Adam.Corrections.SelectMany(c => new[] { c.First, c.Second })];
        _corrections.Copy(accelerator.DefaultStream, corrections);
    }

    /// <summary>Whether a kernel computes for experts of a specification; only the CPU does for the others.</summary>
    public static bool Computes(ExpertSpec spec) => KernelOf(ExpertKinds.Options(spec, [])) is not null;

    /// <inheritdoc/>
    public DeviceExpert Add(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_arenas.TryGetValue(spec.Text, out var launch))
            _arenas[spec.Text] = launch = new ArenaLaunch(_accelerator, Create(spec));
        var expert = new DeviceExpert(launch, launch.Arena.Add(seed, image));
        _experts.Add(expert);
        return expert;
    }

    /// <inheritdoc/>
    public void Remove(DeviceExpert expert)
    {
        ArgumentNullException.ThrowIfNull(expert);
        if (_experts.Remove(expert))
            expert.Launch.Arena.Remove(expert.Slot);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(DeviceExpert expert)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_experts.Contains(expert))
            throw new ArgumentException("This expert is not in the pool.", nameof(expert));
        return expert.Launch.Arena.Read(expert.Slot);
    }

    /// <inheritdoc/>
    public float[][] Walk(EncodedBatch batch, IReadOnlyList<DeviceWalk> walks)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(walks);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var room = SlotRoom.For(batch);
        foreach (var (place, walk) in walks.Index())
            walk.Expert.Launch.Add(batch, walk, place);
        var stream = _accelerator.DefaultStream;
        var view = new WalkView
        {
            Batch = _batch.Take(stream, batch),
            Corrections = _corrections.Room(2 * Adam.Corrections.Length),
        };
        stream.Synchronize();
        foreach (var launch in _arenas.Values)
        {
            launch.Arena.Fit(room);
            launch.Begin(view);
        }
        var answers = new float[walks.Count][];
        foreach (var launch in _arenas.Values)
            launch.End(answers);
        return answers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (var launch in _arenas.Values)
            launch.Dispose();
        _batch.Dispose();
        _corrections.Dispose();
    }

    private IExpertArena Create(ExpertSpec spec)
    {
        List<string> problems = [];
        var kernel = KernelOf(ExpertKinds.Options(spec, problems));
        if (problems.Count > 0)
            throw new InvalidOptionsException(problems);
        return kernel is not null
            ? kernel(_accelerator, _schema)
            : throw new ArgumentOutOfRangeException(nameof(spec), spec, "No kernel knows this kind.");
    }

    private static Func<Accelerator, Schema, IExpertArena>? KernelOf(object? options) => options switch
    {
        MlpOptions mlp => (accelerator, schema) =>
            new MlpArena(accelerator, mlp, schema.Numeric, schema.Categorical),
        _ => null,
    };
}
