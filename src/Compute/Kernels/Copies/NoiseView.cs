using ILGPU;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Copies;

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

    /// <summary>Noise for a weight, as <see cref="Experts.IExpert.Perturb"/> draws it.</summary>
    public readonly float Draw(ulong seed, int stream, int index) =>
        Deviation * Noise.Gaussian(seed, (ulong)stream, (ulong)index);
}
