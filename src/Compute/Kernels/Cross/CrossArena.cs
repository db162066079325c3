using System.Numerics;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Files;
using MoE.Compute.Kernels.Copies;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Cross;

/// <summary>Hashed tables of one set of options on a device.</summary>
internal sealed class CrossArena(ArenaPlace place, CrossOptions options, int numeric, int categorical)
    : ExpertArena<CrossShape>(place, CrossKernel.Walk)
{
    private const int LeastThreads = 64;
    private const int MostThreads = 256;

    private readonly int _keys = new CrossKeys(options, numeric, categorical, seed: 0).Keys.Length;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override Action<CrossShape, NoiseView> Noise => CrossNoiseKernel.Draw;

    /// <inheritdoc/>
    protected override SlotRoom RoomOf(StateReader image) =>
        SlotRoom.For(image.ReadCount(MixtureOptions.MostClasses), 0);

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => CrossShape.FloatsOf(options, room);

    /// <inheritdoc/>
    protected override CrossShape ShapeOf(SlotRoom room) =>
        CrossShape.Of(options, numeric, categorical, _keys, room);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(CrossShape shape) => shape.Size;

    /// <inheritdoc/>
    protected override int ThreadsFor(CrossShape shape) => Math.Clamp(
        (int)BitOperations.RoundUpToPowerOf2((uint)(shape.Keys * shape.Quads)), LeastThreads, MostThreads);

    /// <inheritdoc/>
    protected override int SharedFloats(CrossShape shape, int threads) => TableShared.Floats(shape.Quads, 0);

    /// <inheritdoc/>
    protected override void Exchange(CrossShape shape, ISlotExchange with, Slot slot) =>
        CrossSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(CrossShape shape, ulong seed, Slot slot) =>
        CrossSlots.Prepare(shape, options, seed, slot);
}
