using ILGPU;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Networks;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Kernels.Deep.Rounds;

/// <summary>
/// One step from M rows: every weight has one owner, who sums its gradient over the rows in their order and follows it.
/// </summary>
internal static class DeepLearning
{
    /// <summary>Weights of the second or third layer. A group per step and tile of them.</summary>
    public static void Dense(DeepShape shape, WalkView view, DeepScratch scratch, int round, int layer)
    {
        var shared = QuadShared.Of(shape.Across);
        var grid = DeepGrid.Of(shared, shape.Inputs(layer), shape.Outputs(layer));
        var task = DeepTask.Of(shape, view, grid.Step, round);
        if (task.Completes == 0)
            return;
        var (slot, rows) = (DeepSlotView.Of(shape, view, task.Slot), scratch.Of(shape, grid.Step));
        var (inputs, outputs) = (shape.Inputs(layer), shape.Outputs(layer));
        var x = rows.Activations.SubView(DeepRows.Layer(shape, layer - 1), shape.Minibatch * inputs);
        var dy = rows.Deltas.SubView(DeepRows.Layer(shape, layer), shape.Minibatch * outputs);
        var sum = new QuadTile();
        for (var first = 0; first < shape.Minibatch; first += QuadTile.Depth)
        {
            Group.Barrier();
            for (var e = Group.IdxX; e < QuadTile.Depth * 4 * shared.Down; e += Group.DimX)
            {
                var (i, m) = (grid.FirstRow + (e % (4 * shared.Down)), first + (e / (4 * shared.Down)));
                shared.LeftFloats[e] = i < inputs && m < shape.Minibatch ? x[(m * inputs) + i] : 0f;
            }
            for (var e = Group.IdxX; e < QuadTile.Depth * 4 * shared.Across; e += Group.DimX)
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
            var steps = shape.Adam == 0 ? 0 : slot.Ints[shape.Steps(layer) + (place / DeepShape.Tile)];
            var (g, at) = (sum.Row(i), shape.Weights(layer) + place);
            Follow(shape, view, slot, at, steps, rate, g.X);
            Follow(shape, view, slot, at + 1, steps, rate, g.Y);
            Follow(shape, view, slot, at + 2, steps, rate, g.Z);
            Follow(shape, view, slot, at + 3, steps, rate, g.W);
        }
    }

    /// <summary>All biases, and then one step more of every count but those of inputs. A group per step.</summary>
    public static void Bias(DeepShape shape, WalkView view, DeepScratch scratch, int round)
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
        Count(slot, shape.Steps(3), panels * Panels.Width * shape.Hidden2 / DeepShape.Tile);
        Count(slot, shape.BiasSteps(3), panels);
    }

    /// <summary>
    /// The weights of an input, by all rows that touch it. A group per step and entry; the first entry that touches an
    /// input does it.
    /// </summary>
    public static void Inputs(DeepShape shape, WalkView view, DeepScratch scratch, int round)
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
    private static float RateOf(DeepShape shape, DeepRows rows, int layer) => shape.Adam == 1
        ? shape.Rate
        : IntrinsicMath.Min(
            shape.Rate, MlpLearningRule.MostGain / (shape.Scale * (rows.Norms[layer] + shape.Minibatch)));

    private static void Follow(
        DeepShape shape, WalkView view, DeepSlotView slot, int place, int steps, float rate, float g)
    {
        if (shape.Adam == 1)
            AdamStep.Take(view.Corrections, slot.Weights, slot.Mean, slot.Square, place, Next(steps), rate, g);
        else
            slot.Weights[place] -= rate * g;
    }

    private static int Next(int steps) => steps < int.MaxValue ? steps + 1 : steps;
}
