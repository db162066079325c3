using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gpu.Launches;

namespace MoE.Compute.Gpu.Slots;

/// <summary>
/// The experts of one kind and one set of options on a device. Nothing but launches and questions of
/// <see cref="Fits"/> may come while launches are under way.
/// </summary>
internal interface IExpertArena : IDisposable
{
    /// <summary>Answers per row.</summary>
    int Heads { get; }

    /// <summary>Slots in use.</summary>
    int Slots { get; }

    /// <summary>Takes in an expert, and answers its slot.</summary>
    /// <param name="seed">Where its random numbers are drawn from.</param>
    /// <param name="image">Its numbers, of an expert of this specification.</param>
    /// <exception cref="DeviceRoomException">There is no room; nothing has changed.</exception>
    int Add(ulong seed, ReadOnlyMemory<byte> image);

    /// <summary>
    /// Copies an expert on the device, with the noise that the expert's definition would add; answers the slot of the
    /// copy.
    /// </summary>
    /// <exception cref="DeviceRoomException">There is no room; nothing has changed.</exception>
    int Copy(int slot, float noise, ulong seed);

    /// <summary>Frees a slot.</summary>
    void Remove(int slot);

    /// <summary>The image of an expert.</summary>
    ReadOnlyMemory<byte> Read(int slot);

    /// <summary>Whether every slot has room for so much.</summary>
    bool Fits(SlotRoom room);

    /// <summary>Makes sure that every slot has room for so much.</summary>
    /// <exception cref="DeviceRoomException">There is no room; nothing has changed.</exception>
    void Fit(SlotRoom room);

    /// <summary>Has every item of a launch done.</summary>
    /// <param name="stream">Where the launch is lined up.</param>
    /// <param name="items">The items.</param>
    /// <param name="view">Items, rows and answers on the device; the arena adds its slots.</param>
    void Launch(AcceleratorStream stream, IReadOnlyList<LaunchItem> items, LaunchView view);
}

/// <summary>Experts that one kernel computes, a thread group each.</summary>
/// <typeparam name="TShape">What the kernel gets to know of a slot's layout.</typeparam>
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
