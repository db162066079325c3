using System.Numerics;
using ILGPU.Runtime;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Files;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Fern;

/// <summary>Ferns of one set of options on a device.</summary>
internal sealed class FernArena(Accelerator accelerator, FernOptions options, int numeric, int categorical)
    : ExpertArena<FernShape>(accelerator, FernKernel.Walk)
{
    private const int LeastThreads = 64;
    private const int MostThreads = 256;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override SlotRoom RoomOf(StateReader image)
    {
        var classes = image.ReadCount(MixtureOptions.MostClasses);
        NarrowRows.CheckStride(image, NarrowRows.Stride(classes + 1));
        return SlotRoom.For(classes, 0);
    }

    /// <inheritdoc/>
    protected override FernShape ShapeOf(SlotRoom room) => FernShape.Of(options, numeric, categorical, room);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(FernShape shape) => shape.Size;

    /// <inheritdoc/>
    protected override int ThreadsFor(FernShape shape) => Math.Clamp(
        (int)BitOperations.RoundUpToPowerOf2((uint)(shape.Count * shape.Quads)), LeastThreads, MostThreads);

    /// <inheritdoc/>
    protected override int SharedFloats(FernShape shape, int threads) =>
        TableShared.Floats(shape.Quads, FernShared.Floats(shape));

    /// <inheritdoc/>
    protected override void Exchange(FernShape shape, ISlotExchange with, Slot slot) =>
        FernSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(FernShape shape, ulong seed, Slot slot) => FernSlots.Prepare(shape, seed, slot);
}
