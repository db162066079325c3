using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gpu.Launches;

namespace MoE.Compute.Gpu.Slots;

/// <summary>Experts that one kernel computes, a thread group each.</summary>
/// <typeparam name="TShape">What the kernel is told of a slot's layout.</typeparam>
internal abstract class ExpertArena<TShape> : SlotArena<TShape> where TShape : unmanaged
{
    /// <summary>Below it threads are not given up for room in a group's memory.</summary>
    private const int FewestThreads = 32;

    private readonly Action<AcceleratorStream, KernelConfig, TShape, LaunchView> _kernel;

    /// <summary>An arena without slots, its kernel compiled.</summary>
    protected ExpertArena(ArenaPlace place, Action<TShape, LaunchView> kernel) : base(place) =>
        _kernel = place.Load<Action<AcceleratorStream, KernelConfig, TShape, LaunchView>>(kernel);

    /// <summary>Threads that are of use to one expert; a power of 2.</summary>
    protected abstract int ThreadsFor(TShape shape);

    /// <summary>Floats that a group's threads share.</summary>
    protected abstract int SharedFloats(TShape shape, int threads);

    /// <inheritdoc/>
    protected override void Launch(
        AcceleratorStream stream, IReadOnlyList<LaunchItem> items, TShape shape, LaunchView view)
    {
        var device = Place.Accelerator;
        var threads = Math.Min(ThreadsFor(shape), device.MaxNumThreadsPerGroup);
        var room = device.MaxSharedMemoryPerGroup / sizeof(float);
        while (threads > FewestThreads && SharedFloats(shape, threads) > room)
            threads /= 2;
        var shared = SharedMemoryConfig.RequestDynamic<float>(SharedFloats(shape, threads));
        _kernel(stream, new KernelConfig(items.Count, threads, shared), shape, view);
    }
}
