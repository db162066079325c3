using ILGPU;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Networks;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Kernels.Deep.Rounds;

/// <summary>
/// The first and the last kernel of a launch: what rows touch, what is new to a network, and which rows wait at the
/// end. One thread group per step.
/// </summary>
internal static class DeepReading
{
    /// <summary>Reads the rows of a round, in order, behind those that waited.</summary>
    public static void Read(DeepShape shape, WalkView view, DeepScratch scratch, int round)
    {
        var task = DeepTask.Of(shape, view, Grid.IdxX, round);
        if (task.Rows == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, Grid.IdxX));
        TakeWaiting(shape, slot, rows, task.Place);
        var (classes, inputs) = (slot.Ints[0], slot.Ints[1]);
        var shared = SharedMemory.Allocate<int>(1);
        for (var i = 0; i < task.Rows; i++)
        {
            var (row, place) = (view.Rows[task.FirstRow + i], task.Place + i);
            if (task.Learns != 0)
                classes = Know(shape, slot, classes, view.Batch.Known[row]);
            var cells = new InputCells
            {
                Input = shape.Input,
                Index = rows.Index.SubView(place * shape.Touched, shape.Touched),
                Weight = rows.Weight.SubView(place * shape.Touched, shape.Touched),
            };
            for (var j = Group.IdxX; j < shape.Numeric; j += Group.DimX)
                cells.ReadNumber(view.Batch, row, j);
            if (Group.IdxX == 0)
            {
                shared[0] = cells.ReadNames(
                    view.Batch, slot.Ints, DeepShape.Names, shape.NameRoom, inputs, row, task.Learns != 0);
                (rows.Classes[place], rows.Targets[place]) = (classes, view.Batch.Targets[row]);
            }
            Group.Barrier();
            inputs = Begin(shape, slot, inputs, shared[0]);
            if (task.Learns != 0)
                classes = Know(shape, slot, classes, view.Batch.Targets[row] + 1);
            Group.Barrier();
        }
        if (Group.IdxX == 0 && task.Learns != 0)
            (slot.Ints[0], slot.Ints[1]) = (classes, inputs);
    }

    /// <summary>Leaves in the slot the rows that wait when all rounds are done.</summary>
    public static void Close(DeepShape shape, WalkView view, DeepScratch scratch)
    {
        var walk = view.Steps[Grid.IdxX];
        if (walk.Learns == 0 || walk.Rows == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, walk.Slot), scratch.Of(shape, Grid.IdxX));
        var waiting = (slot.Ints[DeepShape.Waiting] + walk.Rows) % shape.Minibatch;
        for (var m = Group.IdxX; m < shape.Minibatch; m += Group.DimX)
            slot.Ints[shape.WaitingCounts + m] = m < waiting ? Compact(shape, slot, rows, m) : InputCells.None;
        Group.Barrier();
        if (Group.IdxX == 0)
            slot.Ints[DeepShape.Waiting] = waiting;
    }

    private static int Compact(DeepShape shape, DeepSlotView slot, DeepRows rows, int m)
    {
        var (first, count) = (m * shape.Touched, 0);
        for (var j = 0; j < shape.Touched; j++)
        {
            var (index, weight) = (rows.Index[first + j], rows.Weight[first + j]);
            slot.Ints[shape.WaitingIndex + first + j] = InputCells.None;
            if (index == InputCells.None)
                continue;
            slot.Ints[shape.WaitingIndex + first + count] = index;
            slot.WaitingWeights[first + count] = weight;
            count++;
        }
        slot.Ints[shape.WaitingTargets + m] = rows.Targets[m];
        return count;
    }

    private static void TakeWaiting(DeepShape shape, DeepSlotView slot, DeepRows rows, int waiting)
    {
        for (var entry = Group.IdxX; entry < waiting * shape.Touched; entry += Group.DimX)
        {
            rows.Index[entry] = slot.Ints[shape.WaitingIndex + entry];
            rows.Weight[entry] = slot.WaitingWeights[entry];
        }
        for (var m = Group.IdxX; m < waiting; m += Group.DimX)
            rows.Targets[m] = slot.Ints[shape.WaitingTargets + m];
    }

    /// <summary>Gives rows of inputs that are new their first weights.</summary>
    private static int Begin(DeepShape shape, DeepSlotView slot, int from, int to)
    {
        for (var row = from; row < to; row++)
            for (var k = Group.IdxX; k < shape.Units1; k += Group.DimX)
                slot.Weights[(row * shape.Hidden1) + k] = shape.InputScale * Noise.Gaussian(
                    slot.Seed, DeepRule.FirstLayer, (ulong)(((long)row * shape.Hidden1) + k));
        return to;
    }

    /// <summary>Gives classes that are new their first weights.</summary>
    private static int Know(DeepShape shape, DeepSlotView slot, int from, int classes)
    {
        for (var c = from; c < classes; c++)
            for (var j = Group.IdxX; j < shape.Units2; j += Group.DimX)
                slot.Weights[shape.Weights(3) + Panels.Place(shape.Hidden2, j, c)] =
                    shape.OutputScale * Noise.Gaussian(
                        slot.Seed, DeepRule.Outputs, (ulong)(((long)c * shape.Hidden2) + j));
        return IntrinsicMath.Max(from, classes);
    }
}
