using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Fern;

/// <summary>
/// The leaves that rows fall into, found ahead for some rows at once, four at a time by each thread: they do not depend
/// on what is learned, and so no row's walk waits for them.
/// </summary>
internal static class FernPlaces
{
    private const int RowsAtOnce = 4;

    /// <summary>
    /// Finds the leaves of the next rows of a step from the i-th on; every thread of the group must call it.
    /// </summary>
    public static void Find(FernShape shape, WalkView view, FernSlotView slot, WalkStep step, int i)
    {
        var last = step.FirstRow + step.Rows - 1;
        for (var ahead = 0; ahead < TableWalk.RowsAhead && i + ahead < step.Rows; ahead += RowsAtOnce)
            for (var fern = Group.IdxX; fern < shape.Count; fern += Group.DimX)
                Find(shape, view, slot, fern, step.FirstRow + i + ahead, last, ahead * shape.Count);
        Group.Barrier();
    }

    // Behind the last row it is found once more: the list has room for it, and nobody reads that.
    private static void Find(
        FernShape shape, WalkView view, FernSlotView slot, int fern, int at, int last, int places)
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
        FernTests.Passes(hash, batch.Category[(row * batch.Categorical) + column]) ? 1 : 0;
}
