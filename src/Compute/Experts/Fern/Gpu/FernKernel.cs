using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;

namespace MoE.Compute.Experts.Fern.Gpu;

/// <summary>
/// <see cref="FernExpert{L}"/> as a kernel: one thread group takes one expert through its rows. A row touches one leaf
/// of every fern, no leaf twice, so that all of them are learned at once, each quad by one thread.
/// </summary>
internal static class FernKernel
{
    /// <summary>Does one step per group.</summary>
    public static void Run(FernLayout shape, LaunchView view)
    {
        var step = view.Items[Grid.IdxX];
        var slot = FernSlotView.Of(shape, view, step.Slot);
        var shared = FernShared.Of(shape);
        var classes = slot.Classes[0];
        for (var i = 0; i < step.Rows; i++)
        {
            if (i % TableAnswers.RowsAhead == 0)
                FernPlaces.Find(shape, view, slot, step, i);
            var row = view.Rows[step.FirstRow + i];
            var (places, answer) = (slot.PlacesOf(shape, i), TableAnswers.AnswerTo(view, step, i));
            if (step.Learns != 0)
                classes = IntrinsicMath.Max(classes, view.Batch.KnownClasses[row]);
            TableSums.Logits(slot.Leaves, places, shape.Count, classes, shared.Table);
            TableAnswers.Softmax(shared.Table, classes, answer);
            if (step.Learns != 0)
                classes = Learn(shape, slot, shared, places, classes, view.Batch.Targets[row]);
            else
                GroupRows.Spread(answer, classes, view.Batch.KnownClasses[row]);
        }
        if (step.Learns != 0 && Group.IdxX == 0)
            slot.Classes[0] = classes;
    }

    /// <summary>Learns the row whose probabilities are there; gives the classes known after it.</summary>
    private static int Learn(
        FernLayout shape, FernSlotView slot, FernShared shared, ArrayView<int> places, int classes, int y)
    {
        if (y >= classes)
            TableAnswers.Widen(shared.Table, classes, y + 1);
        classes = IntrinsicMath.Max(classes, y + 1);
        var (lanes, target) = (slot.Leaves.Lanes(classes), FernLayout.First + y);
        Scale(shape, slot, shared, places, lanes, target);
        Descend(shape, slot, shared, places, lanes, target);
        return classes;
    }

    private static void Scale(
        FernLayout shape, FernSlotView slot, FernShared shared, ArrayView<int> places, int lanes, int target)
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
        FernLayout shape, FernSlotView slot, FernShared shared, ArrayView<int> places, int lanes, int target)
    {
        var shift = TableSums.Shift(lanes);
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

/// <summary>
/// The leaves that rows fall into, found ahead for some rows at once, four at a time by each thread: they do not depend
/// on what is learned, and so no row waits for them.
/// </summary>
internal static class FernPlaces
{
    private const int RowsAtOnce = 4;

    /// <summary>
    /// Finds the leaves of the next rows of a step from the i-th on; every thread of the group must call it.
    /// </summary>
    public static void Find(FernLayout shape, LaunchView view, FernSlotView slot, LaunchItem step, int i)
    {
        var last = step.FirstRow + step.Rows - 1;
        for (var ahead = 0; ahead < TableAnswers.RowsAhead && i + ahead < step.Rows; ahead += RowsAtOnce)
            for (var fern = Group.IdxX; fern < shape.Count; fern += Group.DimX)
                Find(shape, view, slot, fern, step.FirstRow + i + ahead, last, ahead * shape.Count);
        Group.Barrier();
    }

    // After the last row it is found once more: the list has room for it, and it is not read.
    private static void Find(
        FernLayout shape, LaunchView view, FernSlotView slot, int fern, int at, int last, int places)
    {
        var a = view.Rows[at];
        var b = view.Rows[IntrinsicMath.Min(at + 1, last)];
        var c = view.Rows[IntrinsicMath.Min(at + 2, last)];
        var d = view.Rows[IntrinsicMath.Min(at + 3, last)];
        var (inA, inB, inC, inD) = (0, 0, 0, 0);
        for (var test = 0; test < shape.Depth; test++)
        {
            var place = (test * shape.Count) + fern;
            var feature = slot.Features[place];
            if (feature < shape.Numeric)
            {
                var threshold = slot.Thresholds[place];
                inA = (2 * inA) + Above(view.Batch, a, feature, threshold);
                inB = (2 * inB) + Above(view.Batch, b, feature, threshold);
                inC = (2 * inC) + Above(view.Batch, c, feature, threshold);
                inD = (2 * inD) + Above(view.Batch, d, feature, threshold);
            }
            else
            {
                var (column, hash) = (feature - shape.Numeric, (ulong)slot.Hashes[place]);
                inA = (2 * inA) + Passes(view.Batch, a, column, hash);
                inB = (2 * inB) + Passes(view.Batch, b, column, hash);
                inC = (2 * inC) + Passes(view.Batch, c, column, hash);
                inD = (2 * inD) + Passes(view.Batch, d, column, hash);
            }
        }
        var first = fern << shape.Depth;
        slot.Places[places + fern] = first + inA;
        slot.Places[places + shape.Count + fern] = first + inB;
        slot.Places[places + (2 * shape.Count) + fern] = first + inC;
        slot.Places[places + (3 * shape.Count) + fern] = first + inD;
    }

    private static int Above(BatchView batch, int row, int feature, float threshold)
    {
        var rank = batch.Rank[(row * batch.Numeric) + feature];
        return (XMath.IsNaN(rank) ? 0.5f : rank) > threshold ? 1 : 0;
    }

    private static int Passes(BatchView batch, int row, int column, ulong hash) =>
        FernSplits.Passes(hash, batch.Category[(row * batch.Categorical) + column]) ? 1 : 0;
}
