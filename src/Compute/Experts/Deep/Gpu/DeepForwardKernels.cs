using ILGPU;
using MoE.Compute.Experts.Mlp.Gpu;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep.Gpu;

/// <summary>From what rows touch to answers.</summary>
internal static class DeepForwardKernels
{
    /// <summary>First layer: y (m, k) = max(0, b₁ + Σ of the rows touched). A group per step and row.</summary>
    public static void First(DeepLayout shape, LaunchView view, DeepScratch scratch, int round)
    {
        var (step, m) = (Grid.IdxX / shape.Minibatch, Grid.IdxX % shape.Minibatch);
        var task = DeepTask.Of(shape, view, step, round);
        if (task.Rows == 0 || m >= task.Total)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, step));
        for (var k = Group.IdxX; k < shape.Hidden1; k += Group.DimX)
        {
            var sum = slot.Weights[shape.Bias(1) + k];
            for (var j = m * shape.Touched; j < (m + 1) * shape.Touched; j++)
                if (rows.Index[j] != InputCells.None)
                    sum += rows.Weight[j] * slot.Weights[(rows.Index[j] * shape.Hidden1) + k];
            rows.Activations[(m * shape.Hidden1) + k] = IntrinsicMath.Max(sum, 0f);
        }
    }

    /// <summary>
    /// Second or third layer: y (m, o) = b + Σ_i x (m, i) · W (i, o), no less than 0 in the second. A group per step
    /// and tile.
    /// </summary>
    public static void Dense(DeepLayout shape, LaunchView view, DeepScratch scratch, int round, int layer)
    {
        var shared = DeepTileShared.Of(shape.Across);
        var grid = DeepGrid.Of(shared, shape.Minibatch, shape.Outputs(layer));
        var task = DeepTask.Of(shape, view, grid.Step, round);
        if (task.Rows == 0 || grid.FirstRow >= task.Total)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, grid.Step));
        var (inputs, outputs) = (shape.Inputs(layer), shape.Outputs(layer));
        var x = rows.Activations.SubView(DeepRows.Layer(shape, layer - 1), shape.Minibatch * inputs);
        var w = slot.Weights.SubView(shape.Weights(layer), inputs * outputs);
        var sum = DeepTile.Of(BiasOf(slot.Weights.SubView(shape.Bias(layer), outputs), grid.Column(shared), outputs));
        for (var first = 0; first < inputs; first += DeepTile.Depth)
        {
            Group.Barrier();
            for (var e = Group.IdxX; e < DeepTile.Depth * 4 * shared.Down; e += Group.DimX)
            {
                var (k, row) = (e % DeepTile.Depth, e / DeepTile.Depth);
                shared.LeftFloats[(k * 4 * shared.Down) + row] = grid.FirstRow + row < task.Total
                    ? x[((grid.FirstRow + row) * inputs) + first + k] : 0f;
            }
            for (var e = Group.IdxX; e < DeepTile.Depth * 4 * shared.Across; e += Group.DimX)
            {
                var (column, k) = (e % (4 * shared.Across), e / (4 * shared.Across));
                shared.RightFloats[e] = grid.FirstColumn + column < outputs
                    ? w[Panels.Place(inputs, first + k, grid.FirstColumn + column)] : 0f;
            }
            Group.Barrier();
            sum = sum.AddShared(shared);
        }
        var y = rows.Activations.SubView(DeepRows.Layer(shape, layer), shape.Minibatch * outputs);
        var least = layer == 2 ? 0f : float.MinValue;
        for (var i = 0; i < 4; i++)
            if (grid.Row(shared) + i < task.Total)
                Store(y, outputs, grid.Row(shared) + i, grid.Column(shared), sum.Row(i), least);
    }

    /// <summary>Log-probabilities of the rows of a round. A group per step and row.</summary>
    public static void Answer(DeepLayout shape, LaunchView view, DeepScratch scratch, int round)
    {
        var (step, m) = (Grid.IdxX / shape.Minibatch, Grid.IdxX % shape.Minibatch);
        var task = DeepTask.Of(shape, view, step, round);
        if (task.Rows == 0 || m < task.Place || m >= task.Total)
            return;
        var (rows, shared) = (scratch.Of(shape, step), SharedMemory.GetDynamic<float>());
        var stride = view.Batch.ClassStride;
        var answer = view.Answers.SubView(task.Answer + ((long)(m - task.Place) * stride), stride);
        var logits = rows.Activations.SubView(
            DeepRows.Layer(shape, 3) + (m * shape.ClassRoom), shape.ClassRoom);
        GroupRows.LogSoftmax(logits, rows.Classes[m], shared.SubView(0, shape.ClassRoom),
            shared.SubView(shape.ClassRoom, shape.ClassRoom), answer);
        if (task.Learns == 0)
            GroupRows.Spread(answer, rows.Classes[m], view.Batch.KnownClasses[view.Rows[task.FirstRow + m]]);
    }

    private static Float4 BiasOf(ArrayView<float> bias, int column, int outputs) => new()
    {
        X = column < outputs ? bias[column] : 0f,
        Y = column + 1 < outputs ? bias[column + 1] : 0f,
        Z = column + 2 < outputs ? bias[column + 2] : 0f,
        W = column + 3 < outputs ? bias[column + 3] : 0f,
    };

    private static void Store(ArrayView<float> y, int outputs, int row, int column, Float4 sum, float least)
    {
        // outputs are whole panels, so that the four are there or none is
        if (column >= outputs)
            return;
        var at = (row * outputs) + column;
        y[at] = IntrinsicMath.Max(sum.X, least);
        y[at + 1] = IntrinsicMath.Max(sum.Y, least);
        y[at + 2] = IntrinsicMath.Max(sum.Z, least);
        y[at + 3] = IntrinsicMath.Max(sum.W, least);
    }
}

/// <summary>
/// The first and the last kernel of a launch: what rows touch, what is new to a network, and which rows wait at the
/// end. One thread group per step.
/// </summary>
internal static class DeepReadingKernels
{
    /// <summary>Reads the rows of a round, in order, after those that waited.</summary>
    public static void Read(DeepLayout shape, LaunchView view, DeepScratch scratch, int round)
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
                classes = EnsureClasses(shape, slot, classes, view.Batch.KnownClasses[row]);
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
                    view.Batch, slot.Ints, DeepLayout.Names, shape.NameRoom, inputs, row, task.Learns != 0);
                (rows.Classes[place], rows.Targets[place]) = (classes, view.Batch.Targets[row]);
            }
            Group.Barrier();
            inputs = Begin(shape, slot, inputs, shared[0]);
            if (task.Learns != 0)
                classes = EnsureClasses(shape, slot, classes, view.Batch.Targets[row] + 1);
            Group.Barrier();
        }
        if (Group.IdxX == 0 && task.Learns != 0)
            (slot.Ints[0], slot.Ints[1]) = (classes, inputs);
    }

    /// <summary>Leaves in the slot the rows that wait when all rounds are done.</summary>
    public static void Close(DeepLayout shape, LaunchView view, DeepScratch scratch)
    {
        var item = view.Items[Grid.IdxX];
        if (item.Learns == 0 || item.Rows == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, item.Slot), scratch.Of(shape, Grid.IdxX));
        var waiting = (slot.Ints[DeepLayout.Waiting] + item.Rows) % shape.Minibatch;
        for (var m = Group.IdxX; m < shape.Minibatch; m += Group.DimX)
            slot.Ints[shape.WaitingCounts + m] = m < waiting ? Compact(shape, slot, rows, m) : InputCells.None;
        Group.Barrier();
        if (Group.IdxX == 0)
            slot.Ints[DeepLayout.Waiting] = waiting;
    }

    private static int Compact(DeepLayout shape, DeepSlotView slot, DeepRows rows, int m)
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

    private static void TakeWaiting(DeepLayout shape, DeepSlotView slot, DeepRows rows, int waiting)
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
    private static int Begin(DeepLayout shape, DeepSlotView slot, int from, int to)
    {
        for (var row = from; row < to; row++)
            for (var k = Group.IdxX; k < shape.Units1; k += Group.DimX)
                slot.Weights[(row * shape.Hidden1) + k] = shape.InputScale * CounterRandom.Gaussian(
                    slot.Seed, DeepRule.FirstLayer, (ulong)(((long)row * shape.Hidden1) + k));
        return to;
    }

    /// <summary>Gives classes that are new their first weights.</summary>
    private static int EnsureClasses(DeepLayout shape, DeepSlotView slot, int from, int classes)
    {
        for (var c = from; c < classes; c++)
            for (var j = Group.IdxX; j < shape.Units2; j += Group.DimX)
                slot.Weights[shape.Weights(3) + Panels.Place(shape.Hidden2, j, c)] =
                    shape.OutputScale * CounterRandom.Gaussian(
                        slot.Seed, DeepRule.Outputs, (ulong)(((long)c * shape.Hidden2) + j));
        return IntrinsicMath.Max(from, classes);
    }
}

/// <summary>Which tile a group has in a launch of one tile per group: all tiles of step 0, of step 1, ...</summary>
internal struct DeepGrid
{
    /// <summary>The step.</summary>
    public int Step;

    /// <summary>Where the group's tile begins.</summary>
    public int FirstRow, FirstColumn;

    /// <summary>The group's place, of tiles of a matrix of so many rows and columns.</summary>
    public static DeepGrid Of(DeepTileShared shared, int rows, int columns)
    {
        var across = TilesOf(columns, shared.Across);
        var tiles = TilesOf(rows, shared.Down) * across;
        var tile = Grid.IdxX % tiles;
        return new DeepGrid
        {
            Step = Grid.IdxX / tiles,
            FirstRow = tile / across * 4 * shared.Down,
            FirstColumn = tile % across * 4 * shared.Across,
        };
    }

    /// <summary>Tiles that so many numbers need, where a group has so many threads in that direction.</summary>
    public static int TilesOf(int numbers, int threads) => (numbers + (4 * threads) - 1) / (4 * threads);

    /// <summary>This thread's first row.</summary>
    public readonly int Row(DeepTileShared shared) => FirstRow + (4 * shared.Y);

    /// <summary>This thread's first column.</summary>
    public readonly int Column(DeepTileShared shared) => FirstColumn + (4 * shared.X);
}
