using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Cross;

/// <summary>
/// The keys of rows, found ahead for some rows at once: they do not depend on what is learned, and so no row's walk
/// waits for them. Keys that fall on the same entry in one row are told apart: one of them comes first, the others into
/// a list. Which one comes first is chance, and all the same, for every key of a row is learned alike.
/// </summary>
internal static class CrossPlaces
{
    private const int RowsAtOnce = 4;

    /// <summary>
    /// Finds the keys of the next rows of a step from the i-th on; every thread of the group must call it.
    /// </summary>
    public static void Find(CrossShape shape, WalkView view, CrossSlotView slot, WalkStep step, int i)
    {
        var rows = IntrinsicMath.Min(TableWalk.RowsAhead, step.Rows - i);
        for (var place = Group.IdxX; place < shape.Columns * TableWalk.RowsAhead; place += Group.DimX)
        {
            var ahead = IntrinsicMath.Min(place % TableWalk.RowsAhead, rows - 1);
            var row = view.Rows[step.FirstRow + i + ahead];
            slot.Bins[place] = BinOf(shape, view.Batch, row, place / TableWalk.RowsAhead);
        }
        for (var ahead = Group.IdxX; ahead < TableWalk.RowsAhead; ahead += Group.DimX)
            slot.Doubled[ahead] = 0;
        Group.Barrier();
        for (var ahead = 0; ahead < rows; ahead += RowsAtOnce)
            for (var key = Group.IdxX; key < shape.Keys; key += Group.DimX)
                FindKeys(shape, slot, ahead, key);
        Group.Barrier();
        if (step.Learns != 0)
            FindDoubles(shape, slot, rows);
    }

    private static int BinOf(CrossShape shape, BatchView batch, int row, int column)
    {
        if (column < shape.Numeric)
        {
            var rank = batch.Rank[(row * shape.Numeric) + column];
            return XMath.IsNaN(rank) ? shape.Bins : (int)(rank * shape.Bins);
        }
        column -= shape.Numeric;
        return column < shape.Categorical ? batch.Category[(row * shape.Categorical) + column] : 0;
    }

    private static void FindKeys(CrossShape shape, CrossSlotView slot, int ahead, int key)
    {
        var first = (slot.First[key] * TableWalk.RowsAhead) + ahead;
        var second = (slot.Second[key] * TableWalk.RowsAhead) + ahead;
        var start = (ulong)slot.Bases[key];
        var a = KeyOf(shape, start, slot.Bins[first], slot.Bins[second]);
        var b = KeyOf(shape, start, slot.Bins[first + 1], slot.Bins[second + 1]);
        var c = KeyOf(shape, start, slot.Bins[first + 2], slot.Bins[second + 2]);
        var d = KeyOf(shape, start, slot.Bins[first + 3], slot.Bins[second + 3]);
        var at = (ahead * shape.Keys) + key;
        slot.Keys[at] = a;
        slot.Keys[at + shape.Keys] = b;
        slot.Keys[at + (2 * shape.Keys)] = c;
        slot.Keys[at + (3 * shape.Keys)] = d;
    }

    private static int KeyOf(CrossShape shape, ulong start, int first, int second) =>
        CrossKeys.KeyOf(start + ((ulong)first << 16) + (ulong)second, 64 - shape.Bits);

    private static void FindDoubles(CrossShape shape, CrossSlotView slot, int rows)
    {
        for (var ahead = 0; ahead < rows; ahead += RowsAtOnce)
            for (var key = Group.IdxX; key < shape.Keys; key += Group.DimX)
                Mark(shape, slot, ahead, rows, key);
        Group.Barrier();
        for (var at = Group.IdxX; at < rows * shape.Keys; at += Group.DimX)
            slot.Marks[slot.Keys[at]] = 0;
        Group.Barrier();
    }

    // The row behind the last one repeats it, and marks nothing.
    private static void Mark(CrossShape shape, CrossSlotView slot, int ahead, int rows, int key)
    {
        var at = (ahead * shape.Keys) + key;
        var a = Mark(slot, at, 1 << ahead);
        var b = Mark(slot, at + shape.Keys, ahead + 1 < rows ? 2 << ahead : 0);
        var c = Mark(slot, at + (2 * shape.Keys), ahead + 2 < rows ? 4 << ahead : 0);
        var d = Mark(slot, at + (3 * shape.Keys), ahead + 3 < rows ? 8 << ahead : 0);
        Note(shape, slot, ahead, key, a & (1 << ahead));
        Note(shape, slot, ahead + 1, key, b & (2 << ahead));
        Note(shape, slot, ahead + 2, key, c & (4 << ahead));
        Note(shape, slot, ahead + 3, key, d & (8 << ahead));
    }

    private static int Mark(CrossSlotView slot, int at, int row) => Atomic.Or(ref slot.Marks[slot.Keys[at]], row);

    private static void Note(CrossShape shape, CrossSlotView slot, int ahead, int key, int met)
    {
        var at = (ahead * shape.Keys) + key;
        slot.Again[at] = met != 0 ? 1 : 0;
        if (met != 0)
            slot.Doubles[(ahead * shape.Keys) + Atomic.Add(ref slot.Doubled[ahead], 1)] = slot.Keys[at];
    }
}
