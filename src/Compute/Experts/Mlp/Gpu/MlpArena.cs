using System.Numerics;
using MoE.Compute.Files;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Mlp.Gpu;

/// <summary>Networks of one set of options on a device.</summary>
internal sealed class MlpArena(ArenaPlace place, MlpOptions options, int numeric, int categorical)
    : ExpertArena<MlpLayout>(place, MlpKernel.Run)
{
    private const int MostThreads = 256;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override Action<MlpLayout, NoiseView> Noise => MlpNoiseKernel.Draw;

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
    protected override long FloatsOf(SlotRoom room) => MlpLayout.FloatsOf(options, numeric, categorical, room);

    /// <inheritdoc/>
    protected override MlpLayout ShapeOf(SlotRoom room) => MlpLayout.Of(options, numeric, categorical, room);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(MlpLayout shape) => shape.Size;

    /// <inheritdoc/>
    protected override int ThreadsFor(MlpLayout shape) =>
        Math.Min(MostThreads, (int)BitOperations.RoundUpToPowerOf2((uint)shape.Stride));

    /// <inheritdoc/>
    protected override int SharedFloats(MlpLayout shape, int threads) => MlpShared.Floats(shape, threads);

    /// <inheritdoc/>
    protected override void Exchange(MlpLayout shape, ISlotExchange with, Slot slot) =>
        MlpSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(MlpLayout shape, ulong seed, Slot slot)
    {
        slot.Longs[0] = (long)seed;
        for (var name = 0; name < shape.Categorical * shape.NameRoom; name++)
            slot.Ints[MlpLayout.Names + name] = MlpSlots.NoRow;
    }
}

/// <summary>Networks between their images and their slots.</summary>
internal static class MlpSlots
{
    public const int NoRow = -1;

    /// <summary>Moves everything that the image of a network holds.</summary>
    public static void Exchange(MlpLayout shape, ISlotExchange with, Slot slot)
    {
        var (floats, ints, longs) = (slot.Floats, slot.Ints, slot.Longs);
        ints[0] = (int)with.Number(ints[0]);
        for (var m = 0; m < shape.Categorical; m++)
            with.List(ints.AsSpan(MlpLayout.Names + (m * shape.NameRoom), shape.NameRoom), NoRow);
        var classes = ClassVectors.Padded(ints[0]);
        ints[1] = Weights(shape, with, floats.AsSpan(0, shape.Block), ints[1], classes);
        if (shape.Adam == 1)
            Moments(shape, with, slot, ints[1], classes);
        if (shape.Average <= 0f)
            return;
        longs[1] = with.Number(longs[1]);
        longs[2] = with.Number(longs[2]);
        with.Table(longs.AsSpan(MlpLayout.StepOfRow), ints[1], 1, 1);
        Weights(shape, with, floats.AsSpan(shape.Averages), ints[1], classes);
    }

    private static int Weights(MlpLayout shape, ISlotExchange with, Span<float> block, int rows, int classes)
    {
        rows = (int)with.Number(rows);
        with.Table(block, rows, shape.Hidden + classes, shape.Stride);
        with.Table(block[shape.Bias..], 1, shape.Hidden + classes, shape.Stride);
        with.Table(block[shape.Outputs..], classes, shape.Hidden, shape.Hidden);
        return rows;
    }

    private static void Moments(MlpLayout shape, ISlotExchange with, Slot slot, int rows, int classes)
    {
        Part(0, shape.Steps, rows, shape.Hidden + classes, shape.Stride);
        Part(shape.Bias, shape.Steps + shape.RowRoom, 1, shape.Hidden + classes, shape.Stride);
        Part(shape.Outputs, shape.Steps + shape.RowRoom + 1, classes, shape.Hidden, shape.Hidden);

        void Part(int at, int steps, int count, int stride, int slotStride)
        {
            with.Table(slot.Floats.AsSpan(shape.Block + at), count, stride, slotStride);
            with.Table(slot.Floats.AsSpan((2 * shape.Block) + at), count, stride, slotStride);
            with.Table(slot.Ints.AsSpan(steps), count, 1, 1);
        }
    }
}

/// <summary>The noise of <see cref="Experts.Mlp.MlpWeights.AddNoise(float, ulong, int, int)"/>.</summary>
internal static class MlpNoiseKernel
{
    private const int Inputs = 0;
    private const int Bias = 1;
    private const int Outputs = 2;

    /// <summary>Draws it for the learned weights and the averaged ones.</summary>
    public static void Draw(MlpLayout shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, rows, copy) = (view.Number(size, 0), view.Number(size, 1), view.Copy(size.Floats));
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
        {
            var place = (int)at;
            copy[place] = place < shape.Block ? OfWeight(shape, view, place, classes, rows)
                : shape.Average > 0f && place >= shape.Averages
                    ? OfWeight(shape, view, place - shape.Averages, classes, rows)
                    : NoiseSumKernel.None;
        }
    }

    private static float OfWeight(MlpLayout shape, NoiseView view, int at, int classes, int rows)
    {
        var isOutput = at >= shape.Outputs;
        var stride = isOutput ? shape.Hidden : shape.Stride;
        var within = isOutput ? at - shape.Outputs : at;
        var (row, unit) = (within / stride, within % stride);
        var isBias = !isOutput && at >= shape.Bias;
        var isInUse = unit < shape.Units && (isOutput ? row < classes : isBias || row < rows);
        if (!isInUse)
            return NoiseSumKernel.None;
        var part = isOutput ? Outputs : isBias ? Bias : Inputs;
        return view.Draw(CounterRandom.Bits(view.Seed, (ulong)part, isBias ? 0 : (ulong)row), 0, unit);
    }
}
