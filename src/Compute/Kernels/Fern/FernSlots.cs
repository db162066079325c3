using MoE.Compute.Experts;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Fern;

/// <summary>Ferns between their images and their slots.</summary>
internal static class FernSlots
{
    /// <summary>Moves everything that an image holds.</summary>
    public static void Exchange(FernShape shape, ISlotExchange with, Slot slot)
    {
        var classes = slot.Ints[0] = (int)with.Number(slot.Ints[0]);
        var stride = (int)with.Number(NarrowRows.Stride(classes + 1));
        with.Sparse(slot.Floats.AsSpan(0, shape.Thresholds), shape.Leaves, stride, shape.Stride);
    }

    /// <summary>Writes the tests, which follow from the seed.</summary>
    public static void Prepare(FernShape shape, ulong seed, Slot slot)
    {
        slot.Longs[0] = (long)seed;
        for (var test = 0; test < shape.Tests; test++)
        {
            // neighbouring threads have neighbouring ferns, and read the same test of theirs
            var place = (test % shape.Depth * shape.Count) + (test / shape.Depth);
            slot.Ints[1 + place] = FernTests.Feature(test, shape.Numeric + shape.Categorical, seed);
            slot.Floats[shape.Thresholds + place] = FernTests.Threshold(test, seed);
            slot.Longs[1 + place] = (long)FernTests.Hash(test, seed);
        }
    }
}
