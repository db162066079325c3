using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Memory;

/// <summary>Memories between their images and their slots.</summary>
internal static class MemorySlots
{
    /// <summary>Moves everything that the image of a memory holds.</summary>
    public static void Exchange(MemoryShape shape, ISlotExchange with, Slot slot)
    {
        var (floats, ints) = (slot.Floats, slot.Ints);
        floats[shape.Usual] = (float)with.Real(floats[shape.Usual]);
        ints[0] = (int)with.Number(ints[0]);
        ints[1] = (int)with.Number(ints[1]);
        with.Table(ints.AsSpan(MemoryShape.Labels), 1, shape.Size, shape.Size);
        with.Sparse(floats.AsSpan(0, shape.Values), 1, shape.Values, shape.Values);
    }
}
