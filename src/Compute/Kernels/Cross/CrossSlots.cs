using System.Runtime.InteropServices;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Cross;

/// <summary>Hashed tables between their images and their slots.</summary>
internal static class CrossSlots
{
    private const int NoKey = -1;

    /// <summary>
    /// Moves everything that an image holds. Out of the slot go the entries that are not all zero, by ascending key:
    /// one that was touched and is all zero answers and learns as one that never was.
    /// </summary>
    public static void Exchange(CrossShape shape, ISlotExchange with, Slot slot)
    {
        var classes = slot.Ints[0] = (int)with.Number(slot.Ints[0]);
        var stride = (int)with.Number(NarrowRows.Stride(classes));
        var keys = Touched(shape, slot.Floats);
        with.List(keys, NoKey);
        var end = keys.AsSpan().IndexOf(NoKey);
        var touched = keys.AsSpan(0, end < 0 ? keys.Length : end);
        var entries = new float[touched.Length * 2 * stride];
        for (var half = 0; half < 2 * touched.Length; half++)
            HalfOf(touched[half / 2], half % 2).CopyTo(entries.AsSpan(half * stride));
        with.Table(entries.AsSpan(), 2 * touched.Length, stride, stride);
        for (var half = 0; half < 2 * touched.Length; half++)
            entries.AsSpan(half * stride, stride).CopyTo(HalfOf(touched[half / 2], half % 2));

        Span<float> HalfOf(int key, int half) => slot.Floats.AsSpan(((2 * key) + half) * shape.Stride, stride);
    }

    /// <summary>Writes what keys are made of, which follows from the seed.</summary>
    public static void Prepare(CrossShape shape, CrossOptions options, ulong seed, Slot slot)
    {
        slot.Longs[0] = (long)seed;
        var keys = new CrossKeys(options, shape.Numeric, shape.Categorical, seed);
        foreach (var (key, (first, second, start)) in keys.Parts.Index())
        {
            slot.Ints[1 + key] = first;
            slot.Ints[1 + shape.Keys + key] = second;
            slot.Longs[1 + key] = (long)start;
        }
    }

    private static int[] Touched(CrossShape shape, float[] floats)
    {
        var keys = new int[shape.Entries];
        var (count, entry) = (0, 2 * shape.Stride);
        // by bits, so that -0 is a number; most of a table is skipped many floats at a time
        var bits = MemoryMarshal.Cast<float, int>(floats);
        for (var at = 0; at < floats.Length && bits[at..].IndexOfAnyExcept(0) is >= 0 and var zeros;)
        {
            keys[count] = (at + zeros) / entry;
            at = (keys[count++] + 1) * entry;
        }
        keys.AsSpan(count).Fill(NoKey);
        return keys;
    }
}
