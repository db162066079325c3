using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Kernels.Arithmetic;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Fern;

/// <summary>
/// <see cref="FernExpert{L}"/> as a kernel: one thread group takes one expert through its rows. A row touches one leaf
/// of every fern, no leaf twice, so that all of them are learned at once, each quad by one thread.
/// </summary>
internal static class FernKernel
{
    /// <summary>Does one step per group.</summary>
    public static void Walk(FernShape shape, WalkView view)
    {
        var step = view.Steps[Grid.IdxX];
        var slot = FernSlotView.Of(shape, view, step.Slot);
        var shared = FernShared.Of(shape);
        var classes = slot.Classes[0];
        for (var i = 0; i < step.Rows; i++)
        {
            if (i % TableWalk.RowsAhead == 0)
                FernPlaces.Find(shape, view, slot, step, i);
            var row = view.Rows[step.FirstRow + i];
            var (places, answer) = (slot.PlacesOf(shape, i), TableWalk.AnswerTo(view, step, i));
            if (step.Learns != 0)
                classes = IntrinsicMath.Max(classes, view.Batch.Known[row]);
            RowSums.Logits(slot.Leaves, places, shape.Count, classes, shared.Table);
            TableWalk.Softmax(shared.Table, classes, answer);
            if (step.Learns != 0)
                classes = Learn(shape, slot, shared, places, classes, view.Batch.Targets[row]);
            else
                GroupRows.Spread(answer, classes, view.Batch.Known[row]);
        }
        if (step.Learns != 0 && Group.IdxX == 0)
            slot.Classes[0] = classes;
    }

    /// <summary>Learns the row whose probabilities are there; gives the classes known behind it.</summary>
    private static int Learn(
        FernShape shape, FernSlotView slot, FernShared shared, ArrayView<int> places, int classes, int y)
    {
        if (y >= classes)
            TableWalk.Widen(shared.Table, classes, y + 1);
        classes = IntrinsicMath.Max(classes, y + 1);
        var (lanes, target) = (slot.Leaves.Lanes(classes), FernShape.First + y);
        Scale(shape, slot, shared, places, lanes, target);
        Descend(shape, slot, shared, places, lanes, target);
        return classes;
    }

    private static void Scale(
        FernShape shape, FernSlotView slot, FernShared shared, ArrayView<int> places, int lanes, int target)
    {
        var norm = 0f;
        for (var lane = 0; lane < lanes; lane++)
        {
            var g = shared.Table.Gradient(lane, target);
            norm += (g * g).Sum;
        }
        for (var fern = Group.IdxX; fern < shape.Count; fern += Group.DimX)
        {
            var v = (FernRule.Forget * slot.LeafFloats[places[fern] * shape.Stride]) + norm;
            shared.Square[fern] = v;
            shared.Scale[fern] = -shape.Rate / XMath.Sqrt(v + FernRule.Ridge);
        }
        Group.Barrier();
    }

    private static void Descend(
        FernShape shape, FernSlotView slot, FernShared shared, ArrayView<int> places, int lanes, int target)
    {
        var shift = RowSums.Shift(lanes);
        for (var item = Group.IdxX; item < shape.Count << shift; item += Group.DimX)
        {
            var (fern, lane) = (item >> shift, item & ((1 << shift) - 1));
            if (lane >= lanes)
                continue;
            var at = (places[fern] * shape.Quads) + lane;
            var leaf = slot.Leaves.Rows[at] + (shared.Scale[fern] * shared.Table.Gradient(lane, target));
            if (lane == 0)
                leaf.X = shared.Square[fern];
            slot.Leaves.Rows[at] = leaf;
        }
        Group.Barrier();
    }
}
