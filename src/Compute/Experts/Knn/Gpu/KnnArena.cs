using System.Numerics;
using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Experts.Knn.Gpu;

/// <summary>Memories of one set of options on a device.</summary>
internal sealed class KnnArena(ArenaPlace place, KnnOptions options, int numeric, int categorical)
    : ExpertArena<KnnShape>(place, KernelFor(KnnShape.Of(options, numeric, categorical)))
{
    private const int FewestThreads = 32;
    private const int MostThreads = 512;

    /// <inheritdoc/>
    public override int Heads => 2;

    /// <summary>There is none: rows that were seen are not weights.</summary>
    protected override Action<KnnShape, NoiseView>? Noise => null;

    /// <summary>A slot has room for every class and name from the start.</summary>
    protected override SlotRoom RoomOf(StateReader image) =>
        SlotRoom.For(MixtureOptions.MostClasses, Vocabulary.MaxCategories);

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => KnnShape.Of(options, numeric, categorical).Floats;

    /// <inheritdoc/>
    protected override KnnShape ShapeOf(SlotRoom room) => KnnShape.Of(options, numeric, categorical);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(KnnShape shape) => shape.SlotSize;

    /// <inheritdoc/>
    protected override int ThreadsFor(KnnShape shape) => Math.Clamp(
        (int)BitOperations.RoundUpToPowerOf2((uint)shape.Size / KnnDistances.SlotsAtOnce),
        FewestThreads, MostThreads);

    /// <inheritdoc/>
    protected override int SharedFloats(KnnShape shape, int threads) => KnnShared.Floats(shape);

    /// <inheritdoc/>
    protected override void Exchange(KnnShape shape, ISlotExchange with, Slot slot) =>
        KnnSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(KnnShape shape, ulong seed, Slot slot)
    {
        // nothing in a memory is drawn at random
    }

    private static Action<KnnShape, LaunchView> KernelFor(KnnShape shape) =>
        shape.SearchesInGroup ? KnnKernel.Run : KnnKernel.RunInSlot;
}

/// <summary>Memories between their images and their slots.</summary>
internal static class KnnSlots
{
    /// <summary>Moves everything that the image of a memory holds.</summary>
    public static void Exchange(KnnShape shape, ISlotExchange with, Slot slot)
    {
        var (floats, ints) = (slot.Floats, slot.Ints);
        floats[shape.Usual] = (float)with.Real(floats[shape.Usual]);
        ints[0] = (int)with.Number(ints[0]);
        ints[1] = (int)with.Number(ints[1]);
        with.Table(ints.AsSpan(KnnShape.Labels), 1, shape.Size, shape.Size);
        with.Sparse(floats.AsSpan(0, shape.Values), 1, shape.Values, shape.Values);
    }
}
