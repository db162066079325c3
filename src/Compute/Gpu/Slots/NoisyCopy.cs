using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gpu.Slots;

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

/// <summary>What the noise of a copy is drawn by.</summary>
internal struct NoiseView
{
    /// <summary>The arena's floats, slot by slot.</summary>
    public ArrayView<float> Floats;

    /// <summary>The arena's whole numbers, slot by slot.</summary>
    public ArrayView<int> Ints;

    /// <summary>The parent's slot, and the copy's.</summary>
    public int From, To;

    /// <summary>Standard deviation of the noise.</summary>
    public float Deviation;

    /// <summary>Where it is drawn from.</summary>
    public ulong Seed;

    /// <summary>This thread's first number of a slot.</summary>
    public static long First => ((long)Grid.IdxX * Group.DimX) + Group.IdxX;

    /// <summary>How far it is to its next one.</summary>
    public static long Step => (long)Grid.DimX * Group.DimX;

    /// <summary>The parent's floats.</summary>
    public readonly ArrayView<float> Parent(int size) => Floats.SubView((long)From * size, size);

    /// <summary>The copy's floats.</summary>
    public readonly ArrayView<float> Copy(int size) => Floats.SubView((long)To * size, size);

    /// <summary>A whole number of the parent's.</summary>
    public readonly int Number(SlotSize size, int at) => Ints[((long)From * size.Ints) + at];

    /// <summary>Noise for a weight, as the expert's definition draws it.</summary>
    public readonly float Draw(ulong seed, int stream, int index) =>
        Deviation * CounterRandom.Gaussian(seed, (ulong)stream, (ulong)index);
}

/// <summary>The copy of an expert: the parent's floats and the noise that lies in the copy's place.</summary>
internal static class NoiseSumKernel
{
    private const uint NoNoise = 0x80000000;

    /// <summary>
    /// Stands for a number that takes no noise, and keeps its bits: -0, which no product with a deviation above 0 is.
    /// </summary>
    public static float None => Interop.IntAsFloat(NoNoise);

    /// <summary>Adds. A launch of its own, so that no compiler makes one rounding of product and sum.</summary>
    public static void Add(NoiseView view, int size)
    {
        var (parent, copy) = (view.Parent(size), view.Copy(size));
        for (var at = NoiseView.First; at < size; at += NoiseView.Step)
            copy[at] = Interop.FloatAsInt(copy[at]) == NoNoise ? parent[at] : parent[at] + copy[at];
    }
}
