using System.Numerics;
using MoE.Compute.Data;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Files;
using MoE.Compute.Kernels.Copies;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Memory;

/// <summary>Memories of one set of options on a device.</summary>
internal sealed class MemoryArena(ArenaPlace place, MemoryOptions options, int numeric, int categorical)
    : ExpertArena<MemoryShape>(place, KernelFor(MemoryShape.Of(options, numeric, categorical)))
{
    private const int FewestThreads = 32;
    private const int MostThreads = 512;

    /// <inheritdoc/>
    public override int Heads => 2;

    /// <summary>There is none: rows that were seen are not weights.</summary>
    protected override Action<MemoryShape, NoiseView>? Noise => null;

    /// <summary>A slot has room for every class and name from the start.</summary>
    protected override SlotRoom RoomOf(StateReader image) =>
        SlotRoom.For(MixtureOptions.MostClasses, Vocabulary.MaxCategories);

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => MemoryShape.Of(options, numeric, categorical).Floats;

    /// <inheritdoc/>
    protected override MemoryShape ShapeOf(SlotRoom room) => MemoryShape.Of(options, numeric, categorical);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(MemoryShape shape) => shape.SlotSize;

    /// <inheritdoc/>
    protected override int ThreadsFor(MemoryShape shape) => Math.Clamp(
        (int)BitOperations.RoundUpToPowerOf2((uint)shape.Size / MemoryDistances.SlotsAtOnce),
        FewestThreads, MostThreads);

    /// <inheritdoc/>
    protected override int SharedFloats(MemoryShape shape, int threads) => MemoryShared.Floats(shape);

    /// <inheritdoc/>
    protected override void Exchange(MemoryShape shape, ISlotExchange with, Slot slot) =>
        MemorySlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(MemoryShape shape, ulong seed, Slot slot)
    {
        // nothing in a memory is drawn at random
    }

    private static Action<MemoryShape, WalkView> KernelFor(MemoryShape shape) =>
        shape.SearchesInGroup ? MemoryKernel.Walk : MemoryKernel.WalkInSlot;
}
