using ILGPU;
using MoE.Compute.Kernels.Arithmetic;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Kernels.Deep.Rounds;

/// <summary>From targets to the gradients of what the layers give, where M rows are complete.</summary>
internal static class DeepBackward
{
    /// <summary>Gradient of the logits: scale · (p - [c = y]). A group per step and row.</summary>
    public static void Outputs(DeepShape shape, WalkView view, DeepScratch scratch, int round)
    {
        var (step, m) = (Grid.IdxX / shape.Minibatch, Grid.IdxX % shape.Minibatch);
        var task = DeepTask.Of(shape, view, step, round);
        if (task.Completes == 0)
            return;
        var (rows, shared) = (scratch.Of(shape, step), SharedMemory.GetDynamic<float>());
        var classes = DeepSlotView.Of(shape, view, task.Slot).Ints[0];
        var at = DeepRows.Layer(shape, 3) + (m * shape.ClassRoom);
        var (logits, deltas) = (
            rows.Activations.SubView(at, shape.ClassRoom), rows.Deltas.SubView(at, shape.ClassRoom));
        var probabilities = shared.SubView(shape.ClassRoom, shape.ClassRoom);
        GroupRows.LogSoftmax(logits, classes, shared.SubView(0, shape.ClassRoom), probabilities, deltas);
        for (var c = Group.IdxX; c < shape.ClassRoom; c += Group.DimX)
            deltas[c] = c >= classes ? 0f
                : shape.Scale * (c == rows.Targets[m] ? probabilities[c] - 1f : probabilities[c]);
    }

    /// <summary>
    /// Gradient of what goes into the second or third layer, which is what the layer before gives: dx (m, i) =
    /// Σ_o dy (m, o) · W (i, o) where x (m, i) is above 0, else 0. A group per step and tile.
    /// </summary>
    public static void Dense(DeepShape shape, WalkView view, DeepScratch scratch, int round, int layer)
    {
        var shared = QuadShared.Of(shape.Across);
        var grid = DeepGrid.Of(shared, shape.Minibatch, shape.Inputs(layer));
        var task = DeepTask.Of(shape, view, grid.Step, round);
        if (task.Completes == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, grid.Step));
        var (inputs, outputs) = (shape.Inputs(layer), shape.Outputs(layer));
        var dy = rows.Deltas.SubView(DeepRows.Layer(shape, layer), shape.Minibatch * outputs);
        var w = slot.Weights.SubView(shape.Weights(layer), inputs * outputs);
        var sum = new QuadTile();
        for (var first = 0; first < outputs; first += QuadTile.Depth)
        {
            Group.Barrier();
            for (var e = Group.IdxX; e < QuadTile.Depth * 4 * shared.Down; e += Group.DimX)
            {
                var (k, row) = (e % QuadTile.Depth, e / QuadTile.Depth);
                shared.LeftFloats[(k * 4 * shared.Down) + row] = grid.FirstRow + row < shape.Minibatch
                    ? dy[((grid.FirstRow + row) * outputs) + first + k] : 0f;
            }
            for (var e = Group.IdxX; e < QuadTile.Depth * 4 * shared.Across; e += Group.DimX)
            {
                var (k, column) = (e % QuadTile.Depth, e / QuadTile.Depth);
                shared.RightFloats[(k * 4 * shared.Across) + column] = grid.FirstColumn + column < inputs
                    ? w[Panels.Place(inputs, grid.FirstColumn + column, first + k)] : 0f;
            }
            Group.Barrier();
            sum = sum.AddShared(shared);
        }
        var at = DeepRows.Layer(shape, layer - 1);
        for (var i = 0; i < 4; i++)
            if (grid.Row(shared) + i < shape.Minibatch && grid.Column(shared) < inputs)
                Store(rows, at + ((grid.Row(shared) + i) * inputs) + grid.Column(shared), sum.Row(i));
    }

    /// <summary>Σ over the M rows of ‖input‖², of every layer. A group per step.</summary>
    public static void Norms(DeepShape shape, WalkView view, DeepScratch scratch, int round)
    {
        if (DeepTask.Of(shape, view, Grid.IdxX, round).Completes == 0)
            return;
        var (rows, partial) = (scratch.Of(shape, Grid.IdxX), SharedMemory.GetDynamic<float>());
        for (var layer = 1; layer <= 3; layer++)
        {
            // a thread takes whole rows: rows that waited have their inputs in other places, in the same order
            var sum = 0f;
            for (var m = Group.IdxX; m < shape.Minibatch; m += Group.DimX)
                sum += layer == 1 ? OfInputs(shape, rows, m) : OfUnits(rows.Activations.SubView(
                    DeepRows.Layer(shape, layer - 1) + (m * shape.Inputs(layer)), shape.Inputs(layer)));
            partial[Group.IdxX] = sum;
            Group.Barrier();
            if (Group.IdxX == 0)
            {
                var total = 0f;
                for (var thread = 0; thread < Group.DimX; thread++)
                    total += partial[thread];
                rows.Norms[layer] = total;
            }
            Group.Barrier();
        }
    }

    private static float OfInputs(DeepShape shape, DeepRows rows, int m)
    {
        var sum = 0f;
        for (var entry = m * shape.Touched; entry < (m + 1) * shape.Touched; entry++)
            sum += rows.Index[entry] < 0 ? 0f : rows.Weight[entry] * rows.Weight[entry];
        return sum;
    }

    private static float OfUnits(ArrayView<float> units)
    {
        var sum = 0f;
        for (var k = 0; k < units.IntLength; k++)
            sum += units[k] * units[k];
        return sum;
    }

    private static void Store(DeepRows rows, int at, Quad sum)
    {
        rows.Deltas[at] = rows.Activations[at] > 0f ? sum.X : 0f;
        rows.Deltas[at + 1] = rows.Activations[at + 1] > 0f ? sum.Y : 0f;
        rows.Deltas[at + 2] = rows.Activations[at + 2] > 0f ? sum.Z : 0f;
        rows.Deltas[at + 3] = rows.Activations[at + 3] > 0f ? sum.W : 0f;
    }
}
