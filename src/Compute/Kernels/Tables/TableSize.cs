using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Tables;

/// <summary>How large the tables of a slot may be.</summary>
internal static class TableSize
{
    /// <summary>Refuses a table that kernels, which count in 32 bits, could not reach the end of.</summary>
    /// <param name="kind">What has the table.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="stride">Floats of a row.</param>
    /// <param name="rest">Other floats of the slot.</param>
    public static void Check(string kind, int rows, int stride, int rest)
    {
        var floats = ((long)rows * stride) + rest;
        if (floats > Array.MaxLength)
            throw new InvalidOptionsException(
            [
                $"{kind} has {floats} numbers; a device takes {Array.MaxLength} of one expert: "
                + "it needs a smaller table.",
            ]);
    }

    /// <summary>The slot's size with its floats made whole quads, so that those of the next slot are, too.</summary>
    public static SlotSize Whole(int floats, int ints, int longs) =>
        new(Quad.Count(floats) * Quad.Floats, ints, longs);
}
