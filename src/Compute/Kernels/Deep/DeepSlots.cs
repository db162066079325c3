using MoE.Compute.Kernels.Networks;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Kernels.Deep;

/// <summary>Networks of two hidden layers between their images and their slots.</summary>
internal static class DeepSlots
{
    private const int Width = Panels.Width;

    /// <summary>Moves everything that the image of a network holds.</summary>
    public static void Exchange(DeepShape shape, ISlotExchange with, Slot slot)
    {
        var ints = slot.Ints;
        ints[0] = (int)with.Number(ints[0]);
        for (var m = 0; m < shape.Categorical; m++)
            with.List(ints.AsSpan(DeepShape.Names + (m * shape.NameRoom), shape.NameRoom), InputCells.None);
        ints[1] = (int)with.Number(ints[1]);
        Layer(shape, with, slot, 1, ints[1], shape.Hidden1, 1, shape.Hidden1);
        Layer(shape, with, slot, 2, shape.Hidden1 * shape.Hidden2 / DeepShape.Tile, DeepShape.Tile,
            shape.Hidden2 / Width, Width);
        var panels = Panels.Padded(ints[0]) / Width;
        Layer(shape, with, slot, 3, panels * shape.Hidden2 / 8, DeepShape.Tile, panels, Width);
        Waiting(shape, with, slot);
    }

    /// <summary>A slot whose names have no rows and in which no row waits.</summary>
    public static void Clear(DeepShape shape, Slot slot)
    {
        slot.Ints.AsSpan(DeepShape.Names, shape.Categorical * shape.NameRoom).Fill(InputCells.None);
        slot.Ints.AsSpan(shape.WaitingCounts, shape.Minibatch).Fill(InputCells.None);
        slot.Ints.AsSpan(shape.WaitingIndex, shape.Minibatch * shape.Touched).Fill(InputCells.None);
    }

    /// <summary>Weights and bias, then the moments and steps of each, in rows that share a count of steps.</summary>
    private static void Layer(
        DeepShape shape, ISlotExchange with, Slot slot, int layer, int rows, int stride, int biasRows, int biasStride)
    {
        Table(shape.Weights(layer), rows * stride);
        Table(shape.Bias(layer), biasRows * biasStride);
        if (shape.Adam == 0)
            return;
        Moments(shape.Weights(layer), shape.Steps(layer), rows, stride);
        Moments(shape.Bias(layer), shape.BiasSteps(layer), biasRows, biasStride);

        void Moments(int at, int steps, int count, int length)
        {
            Table(shape.Block + at, count * length);
            Table((2 * shape.Block) + at, count * length);
            with.Table(slot.Ints.AsSpan(steps), count, 1, 1);
        }

        void Table(int at, int length) => with.Table(slot.Floats.AsSpan(at), 1, length, length);
    }

    private static void Waiting(DeepShape shape, ISlotExchange with, Slot slot)
    {
        var counts = slot.Ints.AsSpan(shape.WaitingCounts, shape.Minibatch);
        with.List(counts, InputCells.None);
        var waiting = counts.LastIndexOfAnyExcept(InputCells.None) + 1;
        slot.Ints[DeepShape.Waiting] = waiting;
        with.Table(slot.Ints.AsSpan(shape.WaitingTargets), waiting, 1, 1);
        for (var row = 0; row < waiting; row++)
        {
            with.Table(slot.Ints.AsSpan(shape.WaitingIndex + (row * shape.Touched)), counts[row], 1, 1);
            with.Table(slot.Floats.AsSpan(shape.WaitingWeights + (row * shape.Touched)), counts[row], 1, 1);
        }
    }
}
