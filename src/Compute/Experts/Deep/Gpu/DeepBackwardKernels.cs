using ILGPU;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Experts.Mlp.Gpu;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep.Gpu;

/// <summary>From targets to the gradients of what the layers give, where M rows are complete.</summary>
internal static class DeepBackwardKernels
{
    /// <summary>Gradient of the logits: scale · (p - [c = y]). A group per step and row.</summary>
    public static void Outputs(DeepLayout shape, LaunchView view, DeepScratch scratch, int round)
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
    public static void Dense(DeepLayout shape, LaunchView view, DeepScratch scratch, int round, int layer)
    {
        var shared = DeepTileShared.Of(shape.Across);
        var grid = DeepGrid.Of(shared, shape.Minibatch, shape.Inputs(layer));
        var task = DeepTask.Of(shape, view, grid.Step, round);
        if (task.Completes == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, grid.Step));
        var (inputs, outputs) = (shape.Inputs(layer), shape.Outputs(layer));
        var dy = rows.Deltas.SubView(DeepRows.Layer(shape, layer), shape.Minibatch * outputs);
        var w = slot.Weights.SubView(shape.Weights(layer), inputs * outputs);
        var sum = new DeepTile();
        for (var first = 0; first < outputs; first += DeepTile.Depth)
        {
            Group.Barrier();
            for (var e = Group.IdxX; e < DeepTile.Depth * 4 * shared.Down; e += Group.DimX)
            {
                var (k, row) = (e % DeepTile.Depth, e / DeepTile.Depth);
                shared.LeftFloats[(k * 4 * shared.Down) + row] = grid.FirstRow + row < shape.Minibatch
                    ? dy[((grid.FirstRow + row) * outputs) + first + k] : 0f;
            }
            for (var e = Group.IdxX; e < DeepTile.Depth * 4 * shared.Across; e += Group.DimX)
            {
                var (k, column) = (e % DeepTile.Depth, e / DeepTile.Depth);
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
    public static void Norms(DeepLayout shape, LaunchView view, DeepScratch scratch, int round)
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

    private static float OfInputs(DeepLayout shape, DeepRows rows, int m)
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

    private static void Store(DeepRows rows, int at, Float4 sum)
    {
        rows.Deltas[at] = rows.Activations[at] > 0f ? sum.X : 0f;
        rows.Deltas[at + 1] = rows.Activations[at + 1] > 0f ? sum.Y : 0f;
        rows.Deltas[at + 2] = rows.Activations[at + 2] > 0f ? sum.Z : 0f;
        rows.Deltas[at + 3] = rows.Activations[at + 3] > 0f ? sum.W : 0f;
    }
}

/// <summary>
/// One step from M rows: every weight has one owner, who sums its gradient over the rows in their order and follows it.
/// </summary>
internal static class DeepLearningKernels
{
    /// <summary>Weights of the second or third layer. A group per step and tile of them.</summary>
    public static void Dense(DeepLayout shape, LaunchView view, DeepScratch scratch, int round, int layer)
    {
        var shared = DeepTileShared.Of(shape.Across);
        var grid = DeepGrid.Of(shared, shape.Inputs(layer), shape.Outputs(layer));
        var task = DeepTask.Of(shape, view, grid.Step, round);
        if (task.Completes == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, grid.Step));
        var (inputs, outputs) = (shape.Inputs(layer), shape.Outputs(layer));
        var x = rows.Activations.SubView(DeepRows.Layer(shape, layer - 1), shape.Minibatch * inputs);
        var dy = rows.Deltas.SubView(DeepRows.Layer(shape, layer), shape.Minibatch * outputs);
        var sum = new DeepTile();
        for (var first = 0; first < shape.Minibatch; first += DeepTile.Depth)
        {
            Group.Barrier();
            for (var e = Group.IdxX; e < DeepTile.Depth * 4 * shared.Down; e += Group.DimX)
            {
                var (i, m) = (grid.FirstRow + (e % (4 * shared.Down)), first + (e / (4 * shared.Down)));
                shared.LeftFloats[e] = i < inputs && m < shape.Minibatch ? x[(m * inputs) + i] : 0f;
            }
            for (var e = Group.IdxX; e < DeepTile.Depth * 4 * shared.Across; e += Group.DimX)
            {
                var (o, m) = (grid.FirstColumn + (e % (4 * shared.Across)), first + (e / (4 * shared.Across)));
                shared.RightFloats[e] = o < outputs && m < shape.Minibatch ? dy[(m * outputs) + o] : 0f;
            }
            Group.Barrier();
            sum = sum.AddShared(shared);
        }
        var rate = RateOf(shape, rows, layer);
        var column = grid.Column(shared);
        for (var i = 0; i < 4; i++)
        {
            var row = grid.Row(shared) + i;
            if (row >= inputs || column >= outputs)
                continue;
            var place = Panels.Place(inputs, row, column);
            var steps = shape.Adam == 0 ? 0 : slot.Ints[shape.Steps(layer) + (place / DeepLayout.Tile)];
            var (g, at) = (sum.Row(i), shape.Weights(layer) + place);
            Follow(shape, view, slot, at, steps, rate, g.X);
            Follow(shape, view, slot, at + 1, steps, rate, g.Y);
            Follow(shape, view, slot, at + 2, steps, rate, g.Z);
            Follow(shape, view, slot, at + 3, steps, rate, g.W);
        }
    }

    /// <summary>All biases, and then one step more of every count but those of inputs. A group per step.</summary>
    public static void Bias(DeepLayout shape, LaunchView view, DeepScratch scratch, int round)
    {
        var task = DeepTask.Of(shape, view, Grid.IdxX, round);
        if (task.Completes == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, Grid.IdxX));
        for (var layer = 1; layer <= 3; layer++)
        {
            var outputs = shape.Outputs(layer);
            var rate = RateOf(shape, rows, layer);
            for (var o = Group.IdxX; o < outputs; o += Group.DimX)
            {
                var g = 0f;
                for (var m = 0; m < shape.Minibatch; m++)
                    g += rows.Deltas[DeepRows.Layer(shape, layer) + (m * outputs) + o];
                var steps = shape.Adam == 0 ? 0
                    : slot.Ints[shape.BiasSteps(layer) + (layer == 1 ? 0 : o / Panels.Width)];
                Follow(shape, view, slot, shape.Bias(layer) + o, steps, rate, g);
            }
        }
        Group.Barrier();
        if (shape.Adam == 0)
            return;
        // classes that are not known have no age
        var panels = (slot.Ints[0] + Panels.Width - 1) / Panels.Width;
        Count(slot, shape.BiasSteps(1), shape.Steps(3) - shape.BiasSteps(1));
        Count(slot, shape.Steps(3), panels * Panels.Width * shape.Hidden2 / DeepLayout.Tile);
        Count(slot, shape.BiasSteps(3), panels);
    }

    /// <summary>
    /// The weights of an input, by all rows that touch it. A group per step and entry; the first entry that touches an
    /// input does it.
    /// </summary>
    public static void Inputs(DeepLayout shape, LaunchView view, DeepScratch scratch, int round)
    {
        var entries = shape.Minibatch * shape.Touched;
        var (step, entry) = (Grid.IdxX / entries, Grid.IdxX % entries);
        var task = DeepTask.Of(shape, view, step, round);
        if (task.Completes == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, step));
        var index = rows.Index[entry];
        if (index < 0 || IsTouchedBefore(rows, entry, index))
            return;
        var steps = shape.Adam == 0 ? 0 : slot.Ints[shape.Steps(1) + index];
        var rate = RateOf(shape, rows, 1);
        for (var k = Group.IdxX; k < shape.Hidden1; k += Group.DimX)
        {
            var g = 0f;
            for (var other = entry; other < entries; other++)
                if (rows.Index[other] == index)
                    g += rows.Weight[other] * rows.Deltas[(other / shape.Touched * shape.Hidden1) + k];
            Follow(shape, view, slot, (index * shape.Hidden1) + k, steps, rate, g);
        }
        Group.Barrier();
        if (Group.IdxX == 0 && shape.Adam == 1)
            slot.Ints[shape.Steps(1) + index] = Next(steps);
    }

    private static void Count(DeepSlotView slot, int first, int count)
    {
        for (var at = first + Group.IdxX; at < first + count; at += Group.DimX)
            slot.Ints[at] = Next(slot.Ints[at]);
    }

    private static bool IsTouchedBefore(DeepRows rows, int entry, int index)
    {
        var found = SharedMemory.Allocate<int>(1);
        if (Group.IdxX == 0)
            found[0] = 0;
        Group.Barrier();
        for (var other = Group.IdxX; other < entry; other += Group.DimX)
            if (rows.Index[other] == index)
                found[0] = 1;
        Group.Barrier();
        return found[0] != 0;
    }

    /// <summary>As <see cref="DeepRule.RateOf"/>.</summary>
    private static float RateOf(DeepLayout shape, DeepRows rows, int layer) => shape.Adam == 1
        ? shape.Rate
        : IntrinsicMath.Min(
            shape.Rate, MlpLearningRule.MostGain / (shape.Scale * (rows.Norms[layer] + shape.Minibatch)));

    private static void Follow(
        DeepLayout shape, LaunchView view, DeepSlotView slot, int place, int steps, float rate, float g)
    {
        if (shape.Adam == 1)
            AdamStep.Take(view.Corrections, slot.Weights, slot.Mean, slot.Square, place, Next(steps), rate, g);
        else
            slot.Weights[place] -= rate * g;
    }

    private static int Next(int steps) => steps < int.MaxValue ? steps + 1 : steps;
}
