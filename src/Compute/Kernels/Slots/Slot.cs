namespace MoE.Compute.Kernels.Slots;

/// <summary>The numbers of one expert as they lie in an arena, in this machine's memory; 0 at first.</summary>
internal sealed class Slot(SlotSize size)
{
    /// <summary>Weights and what else is a float.</summary>
    public float[] Floats { get; } = new float[size.Floats];

    /// <summary>Counts, indices.</summary>
    public int[] Ints { get; } = new int[size.Ints];

    /// <summary>Seeds, counts without end.</summary>
    public long[] Longs { get; } = new long[size.Longs];

    /// <summary>Makes everything 0 again.</summary>
    public void Clear()
    {
        Array.Clear(Floats);
        Array.Clear(Ints);
        Array.Clear(Longs);
    }
}
