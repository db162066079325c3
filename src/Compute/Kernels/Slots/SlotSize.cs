namespace MoE.Compute.Kernels.Slots;

/// <summary>Numbers that one expert takes in an arena.</summary>
/// <param name="Floats">Floats.</param>
/// <param name="Ints">Whole numbers.</param>
/// <param name="Longs">Long whole numbers.</param>
internal readonly record struct SlotSize(int Floats, int Ints, int Longs)
{
    /// <summary>What they take of memory.</summary>
    public long Bytes => ((long)sizeof(float) * Floats) + ((long)sizeof(int) * Ints) + ((long)sizeof(long) * Longs);
}
