using System.Runtime.InteropServices;
using ILGPU.Runtime;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Cross;
using MoE.Compute.Kernels.Deep;
using MoE.Compute.Kernels.Fern;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Memory;
using MoE.Compute.Kernels.Mlp;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels;

/// <summary>
/// Experts on one device. All experts of one kind and one set of options are walked by one launch, a thread group each:
/// time is sequential, experts are parallel; those that learn by micro-batches share products of matrices. The same
/// calls give the same bits again on the same device. Not safe for several threads.
/// </summary>
public sealed class DevicePool : IDevicePool
{
    private readonly Dictionary<string, ArenaLaunch> _arenas = [];
    private readonly HashSet<DeviceExpert> _experts = [];
    private readonly Accelerator _accelerator;
    private readonly Schema _schema;
    private readonly Upload _upload;
    private readonly List<EncodedBatch> _lined = [];
    private readonly DeviceArray<float> _corrections;
    private bool _isDisposed;

    /// <summary>A pool without experts.</summary>
    /// <param name="accelerator">Where it computes; not disposed together with this.</param>
    /// <param name="schema">The columns of the rows.</param>
    public DevicePool(Accelerator accelerator, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(schema);
        FusedMath.Register();
        (_accelerator, _schema) = (accelerator, schema);
        (_upload, _corrections) = (new Upload(accelerator), new DeviceArray<float>(accelerator));
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
    public float[][][] Walk(IReadOnlyList<BatchWalk> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        float[][][] answers = [.. batches.Select(batch => new float[batch.Walks.Count][])];
        for (var next = 0; next < batches.Count;)
        {
            LineUp(batches, ref next, answers);
            Launch();
            _lined.Clear();
        }
        return answers;
    }

    /// <summary>Takes experts through one batch, each at most once.</summary>
    /// <returns>Log-probabilities (rows, heads, ClassStride) of each, in their order.</returns>
    public float[][] Walk(EncodedBatch batch, IReadOnlyList<DeviceWalk> walks) =>
        Walk([new BatchWalk(batch, walks)])[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (var launch in _arenas.Values)
            launch.Dispose();
        _upload.Dispose();
        _corrections.Dispose();
    }

    /// <summary>Lines up batches while one launch can do them.</summary>
    private void LineUp(IReadOnlyList<BatchWalk> batches, ref int next, float[][][] answers)
    {
        var rows = 0;
        for (; next < batches.Count; next++)
        {
            var (batch, walks) = batches[next];
            if (_lined.Count > 0 && !(batch.ClassStride == _lined[0].ClassStride && walks.All(CanTake)))
                return;
            foreach (var (place, walk) in walks.Index())
                walk.Expert.Launch.Add(walk, batch, rows, answers[next], place);
            _lined.Add(batch);
            rows += batch.Rows;
        }
    }

    private static bool CanTake(DeviceWalk walk) => walk.Expert.Launch.CanTake(walk);

    private void Launch()
    {
        var (stream, like) = (_accelerator.DefaultStream, _lined[0]);
        _upload.Clear();
        var rows = RowsUpload.Add(_upload, CollectionsMarshal.AsSpan(_lined));
        foreach (var launch in _arenas.Values)
            launch.Describe(_upload, launch.Arena.Heads * like.ClassStride);
        _upload.Send(stream);
        var room = _lined.Select(SlotRoom.For).Aggregate((a, b) => a.With(b));
        foreach (var launch in _arenas.Values)
            launch.Arena.Fit(room);
        stream.Synchronize();
        var view = new WalkView
        {
            Batch = rows.View(_upload, like),
            Corrections = _corrections.Room(2 * Adam.Corrections.Length),
        };
        foreach (var launch in _arenas.Values)
            launch.Begin(_upload, view);
        foreach (var launch in _arenas.Values)
            launch.End(launch.Arena.Heads * like.ClassStride);
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
        MlpOptions mlp => (device, schema) => new MlpArena(device, mlp, schema.Numeric, schema.Categorical),
        FernOptions fern => (device, schema) => new FernArena(device, fern, schema.Numeric, schema.Categorical),
        CrossOptions cross => (device, schema) => new CrossArena(device, cross, schema.Numeric, schema.Categorical),
        DeepOptions deep => (device, schema) => new DeepArena(device, deep, schema.Numeric, schema.Categorical),
        MemoryOptions memory => (device, schema) =>
            new MemoryArena(device, memory, schema.Numeric, schema.Categorical),
        _ => null,
    };
}
