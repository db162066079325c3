using MoE.Compute.Kernels.Slots;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>Networks between their images and their slots.</summary>
internal static class MlpSlots
{
    public const int NoRow = -1;

    /// <summary>Moves everything that the image of a network holds.</summary>
    public static void Exchange(MlpShape shape, ISlotExchange with, Slot slot)
    {
        var (floats, ints, longs) = (slot.Floats, slot.Ints, slot.Longs);
        ints[0] = (int)with.Number(ints[0]);
        for (var m = 0; m < shape.Categorical; m++)
            with.List(ints.AsSpan(MlpShape.Names + (m * shape.NameRoom), shape.NameRoom), NoRow);
        var classes = ClassRows.Padded(ints[0]);
        ints[1] = Weights(shape, with, floats.AsSpan(0, shape.Block), ints[1], classes);
        if (shape.Adam == 1)
            Moments(shape, with, slot, ints[1], classes);
        if (shape.Average <= 0f)
            return;
        longs[1] = with.Number(longs[1]);
        longs[2] = with.Number(longs[2]);
        with.Table(longs.AsSpan(MlpShape.StepOfRow), ints[1], 1, 1);
        Weights(shape, with, floats.AsSpan(shape.Averages), ints[1], classes);
    }

    private static int Weights(MlpShape shape, ISlotExchange with, Span<float> block, int rows, int classes)
    {
        rows = (int)with.Number(rows);
        with.Table(block, rows, shape.Hidden + classes, shape.Stride);
        with.Table(block[shape.Bias..], 1, shape.Hidden + classes, shape.Stride);
        with.Table(block[shape.Outputs..], classes, shape.Hidden, shape.Hidden);
        return rows;
    }

    private static void Moments(MlpShape shape, ISlotExchange with, Slot slot, int rows, int classes)
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
