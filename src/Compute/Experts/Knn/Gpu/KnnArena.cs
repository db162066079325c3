using System.Numerics;
using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Experts.Knn.Gpu;

/// <summary>Memories of one set of options on a device.</summary>
internal sealed class KnnArena(ArenaPlace place, KnnOptions options, int numeric, int categorical)
    : ExpertArena<KnnLayout>(place, KernelFor(KnnLayout.Of(options, numeric, categorical)))
{
    private const int FewestThreads = 32;
    private const int MostThreads = 512;

    /// <inheritdoc/>
    public override int Heads => 2;

    /// <summary>There is none: rows that were seen are not weights.</summary>
    protected override Action<KnnLayout, NoiseView>? Noise => null;

    /// <summary>A slot has room for every class and name from the start.</summary>
    protected override SlotRoom RoomOf(StateReader image) =>
        SlotRoom.For(MixtureOptions.MostClasses, Vocabulary.MaxCategories);

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => KnnLayout.Of(options, numeric, categorical).Floats;

    /// <inheritdoc/>
    protected override KnnLayout ShapeOf(SlotRoom room) => KnnLayout.Of(options, numeric, categorical);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(KnnLayout shape) => shape.SlotSize;

    /// <inheritdoc/>
    protected override int ThreadsFor(KnnLayout shape) => Math.Clamp(
        (int)BitOperations.RoundUpToPowerOf2((uint)shape.Size / KnnDistances.SlotsAtOnce),
        FewestThreads, MostThreads);

    /// <inheritdoc/>
    protected override int SharedFloats(KnnLayout shape, int threads) => KnnShared.Floats(shape);

    /// <inheritdoc/>
    protected override void Exchange(KnnLayout shape, ISlotExchange with, Slot slot) =>
        KnnSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(KnnLayout shape, ulong seed, Slot slot)
    {
        // nothing in a memory is drawn at random
    }

    private static Action<KnnLayout, LaunchView> KernelFor(KnnLayout shape) =>
        shape.SearchesInGroup ? KnnKernel.Run : KnnKernel.RunInSlot;
}

/// <summary>Memories between their images and their slots.</summary>
internal static class KnnSlots
{
    /// <summary>Moves everything that the image of a memory holds.</summary>
    public static void Exchange(KnnLayout shape, ISlotExchange with, Slot slot)
    {
        var (floats, ints) = (slot.Floats, slot.Ints);
        floats[shape.Usual] = (float)with.Real(floats[shape.Usual]);
        ints[0] = (int)with.Number(ints[0]);
        ints[1] = (int)with.Number(ints[1]);
        with.Table(ints.AsSpan(KnnLayout.Labels), 1, shape.Size, shape.Size);
        with.Sparse(floats.AsSpan(0, shape.Values), 1, shape.Values, shape.Values);
    }
}
