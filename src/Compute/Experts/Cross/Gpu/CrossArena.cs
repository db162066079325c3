using System.Numerics;
using System.Runtime.InteropServices;
using ILGPU;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Cross.Gpu;

/// <summary>Hashed tables of one set of options on a device.</summary>
internal sealed class CrossArena(ArenaPlace place, CrossOptions options, int numeric, int categorical)
    : ExpertArena<CrossLayout>(place, CrossKernel.Run)
{
    private const int LeastThreads = 64;
    private const int MostThreads = 256;

    private readonly int _keys = new CrossKeys(options, numeric, categorical, seed: 0).Keys.Length;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override Action<CrossLayout, NoiseView> Noise => CrossNoiseKernel.Draw;

    /// <inheritdoc/>
    protected override SlotRoom RoomOf(StateReader image) =>
        SlotRoom.For(image.ReadCount(MixtureOptions.MostClasses), 0);

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => CrossLayout.FloatsOf(options, room);

    /// <inheritdoc/>
    protected override CrossLayout ShapeOf(SlotRoom room) =>
        CrossLayout.Of(options, numeric, categorical, _keys, room);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(CrossLayout shape) => shape.Size;

    /// <inheritdoc/>
    protected override int ThreadsFor(CrossLayout shape) => Math.Clamp(
        (int)BitOperations.RoundUpToPowerOf2((uint)(shape.Keys * shape.Quads)), LeastThreads, MostThreads);

    /// <inheritdoc/>
    protected override int SharedFloats(CrossLayout shape, int threads) => TableShared.Floats(shape.Quads, 0);

    /// <inheritdoc/>
    protected override void Exchange(CrossLayout shape, ISlotExchange with, Slot slot) =>
        CrossSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(CrossLayout shape, ulong seed, Slot slot) =>
        CrossSlots.Prepare(shape, options, seed, slot);
}

/// <summary>Hashed tables between their images and their slots.</summary>
internal static class CrossSlots
{
    private const int NoKey = -1;

    /// <summary>
    /// Moves everything that an image holds. Out of the slot go the entries that are not all zero, by ascending key:
    /// one that was touched and is all zero answers and learns as one that never was.
    /// </summary>
    public static void Exchange(CrossLayout shape, ISlotExchange with, Slot slot)
    {
        var classes = slot.Ints[0] = (int)with.Number(slot.Ints[0]);
        var stride = (int)with.Number(NarrowVectors.Stride(classes));
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

    /// <summary>Writes what keys consist of, which follows from the seed.</summary>
    public static void Prepare(CrossLayout shape, CrossOptions options, ulong seed, Slot slot)
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

    private static int[] Touched(CrossLayout shape, float[] floats)
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

/// <summary>The noise of <see cref="Experts.Cross.CrossTable.AddNoise"/>, of a table as its image has it.</summary>
internal static class CrossNoiseKernel
{
    /// <summary>Draws it for the entries that are not all zero.</summary>
    public static void Draw(CrossLayout shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, parent, copy) = (view.Number(size, 0), view.Parent(size.Floats), view.Copy(size.Floats));
        var entry = 2 * shape.Stride;
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
        {
            var (key, c) = ((int)at / entry, (int)at % entry);
            copy[at] = c < classes && IsInUse(parent.SubView(key * entry, entry))
                ? view.Draw(view.Seed, key, c)
                : NoiseSumKernel.None;
        }
    }

    private static bool IsInUse(ArrayView<float> entry)
    {
        var bits = 0u;
        for (var i = 0; i < entry.IntLength; i++)
            bits |= Interop.FloatAsInt(entry[i]);
        return bits != 0;
    }
}
