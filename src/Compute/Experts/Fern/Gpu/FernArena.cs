using System.Numerics;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Fern.Gpu;

/// <summary>Ferns of one set of options on a device.</summary>
internal sealed class FernArena(ArenaPlace place, FernOptions options, int numeric, int categorical)
    : ExpertArena<FernLayout>(place, FernKernel.Run)
{
    private const int LeastThreads = 64;
    private const int MostThreads = 256;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override Action<FernLayout, NoiseView> Noise => FernNoiseKernel.Draw;

    /// <inheritdoc/>
    protected override SlotRoom RoomOf(StateReader image) =>
        SlotRoom.For(image.ReadCount(MixtureOptions.MostClasses), 0);

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => FernLayout.FloatsOf(options, room);

    /// <inheritdoc/>
    protected override FernLayout ShapeOf(SlotRoom room) => FernLayout.Of(options, numeric, categorical, room);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(FernLayout shape) => shape.Size;

    /// <inheritdoc/>
    protected override int ThreadsFor(FernLayout shape) => Math.Clamp(
        (int)BitOperations.RoundUpToPowerOf2((uint)(shape.Count * shape.Quads)), LeastThreads, MostThreads);

    /// <inheritdoc/>
    protected override int SharedFloats(FernLayout shape, int threads) =>
        TableShared.Floats(shape.Quads, FernShared.Floats(shape));

    /// <inheritdoc/>
    protected override void Exchange(FernLayout shape, ISlotExchange with, Slot slot) =>
        FernSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(FernLayout shape, ulong seed, Slot slot) => FernSlots.Prepare(shape, seed, slot);
}

/// <summary>Ferns between their images and their slots.</summary>
internal static class FernSlots
{
    /// <summary>Moves everything that an image holds.</summary>
    public static void Exchange(FernLayout shape, ISlotExchange with, Slot slot)
    {
        var classes = slot.Ints[0] = (int)with.Number(slot.Ints[0]);
        var stride = (int)with.Number(NarrowVectors.Stride(classes + 1));
        with.Sparse(slot.Floats.AsSpan(0, shape.Thresholds), shape.Leaves, stride, shape.Stride);
    }

    /// <summary>Writes the tests, which follow from the seed.</summary>
    public static void Prepare(FernLayout shape, ulong seed, Slot slot)
    {
        slot.Longs[0] = (long)seed;
        for (var test = 0; test < shape.Tests; test++)
        {
            // neighbouring threads have neighbouring ferns, and read the same test of theirs
            var place = (test % shape.Depth * shape.Count) + (test / shape.Depth);
            slot.Ints[1 + place] = FernSplits.Feature(test, shape.Numeric + shape.Categorical, seed);
            slot.Floats[shape.Thresholds + place] = FernSplits.Threshold(test, seed);
            slot.Longs[1 + place] = (long)FernSplits.Hash(test, seed);
        }
    }
}

/// <summary>The noise of <see cref="Experts.Fern.FernExpert{L}.AddNoise"/>.</summary>
internal static class FernNoiseKernel
{
    /// <summary>Draws it for the leaves that rows have come to.</summary>
    public static void Draw(FernLayout shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, parent, copy) = (view.Number(size, 0), view.Parent(size.Floats), view.Copy(size.Floats));
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
        {
            var place = (int)at;
            var (leaf, c) = (place / shape.Stride, (place % shape.Stride) - FernLayout.First);
            copy[place] = place < shape.Thresholds && c >= 0 && c < classes && parent[leaf * shape.Stride] > 0f
                ? view.Draw(view.Seed, leaf, c)
                : NoiseSumKernel.None;
        }
    }
}
