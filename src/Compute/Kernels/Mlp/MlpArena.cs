using System.Numerics;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;
using MoE.Compute.Kernels.Copies;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>Networks of one set of options on a device.</summary>
internal sealed class MlpArena(ArenaPlace place, MlpOptions options, int numeric, int categorical)
    : ExpertArena<MlpShape>(place, MlpKernel.Walk)
{
    private const int MostThreads = 256;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override Action<MlpShape, NoiseView> Noise => MlpNoiseKernel.Draw;

    /// <inheritdoc/>
    protected override SlotRoom RoomOf(StateReader image)
    {
        var classes = image.ReadCount(MixtureOptions.MostClasses);
        var names = 0;
        for (var m = 0; m < categorical; m++)
            names = Math.Max(names, image.ReadArray<int>().Length);
        return SlotRoom.For(classes, names);
    }

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => MlpShape.FloatsOf(options, numeric, categorical, room);

    /// <inheritdoc/>
    protected override MlpShape ShapeOf(SlotRoom room) => MlpShape.Of(options, numeric, categorical, room);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(MlpShape shape) => shape.Size;

    /// <inheritdoc/>
    protected override int ThreadsFor(MlpShape shape) =>
        Math.Min(MostThreads, (int)BitOperations.RoundUpToPowerOf2((uint)shape.Stride));

    /// <inheritdoc/>
    protected override int SharedFloats(MlpShape shape, int threads) => MlpShared.Floats(shape, threads);

    /// <inheritdoc/>
    protected override void Exchange(MlpShape shape, ISlotExchange with, Slot slot) =>
        MlpSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(MlpShape shape, ulong seed, Slot slot)
    {
        slot.Longs[0] = (long)seed;
        for (var name = 0; name < shape.Categorical * shape.NameRoom; name++)
            slot.Ints[MlpShape.Names + name] = MlpSlots.NoRow;
    }
}
