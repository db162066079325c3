using ILGPU;
using MoE.Compute.Kernels.Arithmetic;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Networks;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Kernels.Deep.Rounds;

/// <summary>From what rows touch to answers.</summary>
internal static class DeepForward
{
    /// <summary>First layer: y (m, k) = max(0, b₁ + Σ of the rows touched). A group per step and row.</summary>
    public static void First(DeepShape shape, WalkView view, DeepScratch scratch, int round)
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
    public static void Dense(DeepShape shape, WalkView view, DeepScratch scratch, int round, int layer)
    {
        var shared = QuadShared.Of(shape.Across);
        var grid = DeepGrid.Of(shared, shape.Minibatch, shape.Outputs(layer));
        var task = DeepTask.Of(shape, view, grid.Step, round);
        if (task.Rows == 0 || grid.FirstRow >= task.Total)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, grid.Step));
        var (inputs, outputs) = (shape.Inputs(layer), shape.Outputs(layer));
        var x = rows.Activations.SubView(DeepRows.Layer(shape, layer - 1), shape.Minibatch * inputs);
        var w = slot.Weights.SubView(shape.Weights(layer), inputs * outputs);
        var sum = QuadTile.Of(BiasOf(slot.Weights.SubView(shape.Bias(layer), outputs), grid.Column(shared), outputs));
        for (var first = 0; first < inputs; first += QuadTile.Depth)
        {
            Group.Barrier();
            for (var e = Group.IdxX; e < QuadTile.Depth * 4 * shared.Down; e += Group.DimX)
            {
                var (k, row) = (e % QuadTile.Depth, e / QuadTile.Depth);
                shared.LeftFloats[(k * 4 * shared.Down) + row] = grid.FirstRow + row < task.Total
                    ? x[((grid.FirstRow + row) * inputs) + first + k] : 0f;
            }
            for (var e = Group.IdxX; e < QuadTile.Depth * 4 * shared.Across; e += Group.DimX)
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
    public static void Answer(DeepShape shape, WalkView view, DeepScratch scratch, int round)
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
            GroupRows.Spread(answer, rows.Classes[m], view.Batch.Known[view.Rows[task.FirstRow + m]]);
    }

    private static Quad BiasOf(ArrayView<float> bias, int column, int outputs) => new()
    {
        X = column < outputs ? bias[column] : 0f,
        Y = column + 1 < outputs ? bias[column + 1] : 0f,
        Z = column + 2 < outputs ? bias[column + 2] : 0f,
        W = column + 3 < outputs ? bias[column + 3] : 0f,
    };

    private static void Store(ArrayView<float> y, int outputs, int row, int column, Quad sum, float least)
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
