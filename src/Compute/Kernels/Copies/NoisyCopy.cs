using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Copies;

/// <summary>Adds noise to copies, on the device, with the bits that the CPU would give.</summary>
/// <param name="place">Where the arena is.</param>
/// <param name="draw">The kind's kernel: writes into the copy's floats what is to be added to the parent's.</param>
internal sealed class NoisyCopy<TShape>(ArenaPlace place, Action<TShape, NoiseView> draw)
    where TShape : unmanaged
{
    private const int MostThreads = 256;
    private const int MostGroups = 1024;

    private readonly Action<AcceleratorStream, KernelConfig, TShape, NoiseView> _draw =
        place.Load<Action<AcceleratorStream, KernelConfig, TShape, NoiseView>>(draw);
    private readonly Action<AcceleratorStream, KernelConfig, NoiseView, int> _add =
        place.Load<Action<AcceleratorStream, KernelConfig, NoiseView, int>>(NoiseSumKernel.Add);

    /// <summary>Makes the floats of a slot those of another one with noise; done when the stream is.</summary>
    public void Run(AcceleratorStream stream, SlotBuffers slots, TShape shape, NoiseView view)
    {
        (view.Floats, view.Ints) = (slots.Floats, slots.Ints);
        var (size, threads) = (slots.Size.Floats, Math.Min(MostThreads, place.Accelerator.MaxNumThreadsPerGroup));
        var groups = Math.Clamp((int)(((long)size + threads - 1) / threads), 1, MostGroups);
        _draw(stream, new KernelConfig(groups, threads), shape, view);
        _add(stream, new KernelConfig(groups, threads), view, size);
    }
}
