using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Tables;

/// <summary>How large the slots of tables are.</summary>
internal static class TableSize
{
    /// <summary>The slot's size with its floats made whole quads, so that those of the next slot are, too.</summary>
    public static SlotSize Whole(int floats, int ints, int longs) =>
        new(Quad.Count(floats) * Quad.Floats, ints, longs);
}
