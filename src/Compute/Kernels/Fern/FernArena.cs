using System.Numerics;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Files;
using MoE.Compute.Kernels.Copies;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Fern;

/// <summary>Ferns of one set of options on a device.</summary>
internal sealed class FernArena(ArenaPlace place, FernOptions options, int numeric, int categorical)
    : ExpertArena<FernShape>(place, FernKernel.Walk)
{
    private const int LeastThreads = 64;
    private const int MostThreads = 256;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override Action<FernShape, NoiseView> Noise => FernNoiseKernel.Draw;

    /// <inheritdoc/>
    protected override SlotRoom RoomOf(StateReader image) =>
        SlotRoom.For(image.ReadCount(MixtureOptions.MostClasses), 0);

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => FernShape.FloatsOf(options, room);

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
