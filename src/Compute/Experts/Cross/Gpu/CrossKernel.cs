using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;

namespace MoE.Compute.Experts.Cross.Gpu;

/// <summary>
/// <see cref="CrossExpert{L}"/> as a kernel: one thread group takes one expert through its rows. The entries that a row
/// touches are learned all at once, each quad by one thread. An entry that several keys of the row fall on is learned
/// once with the others, then once more per key, by one thread.
/// </summary>
internal static class CrossKernel
{
    /// <summary>Does one step per group.</summary>
    public static void Run(CrossLayout shape, LaunchView view)
    {
        var step = view.Items[Grid.IdxX];
        var slot = CrossSlotView.Of(shape, view, step.Slot);
        var shared = TableShared.Of(shape.Quads, 0, 0);
        var classes = slot.Classes[0];
        for (var i = 0; i < step.Rows; i++)
        {
            var ahead = i % TableAnswers.RowsAhead;
            if (ahead == 0)
                CrossPlaces.Find(shape, view, slot, step, i);
            var row = view.Rows[step.FirstRow + i];
            var answer = TableAnswers.AnswerTo(view, step, i);
            if (step.Learns != 0)
                classes = IntrinsicMath.Max(classes, view.Batch.KnownClasses[row]);
            var keys = slot.Keys.SubView(ahead * shape.Keys, shape.Keys);
            TableSums.Logits(slot.Table, keys, shape.Keys, classes, shared);
            TableAnswers.Softmax(shared, classes, answer);
            if (step.Learns != 0)
                classes = Learn(shape, slot, shared, ahead, classes, view.Batch.Targets[row]);
            else
                GroupRows.Spread(answer, classes, view.Batch.KnownClasses[row]);
        }
        if (step.Learns != 0 && Group.IdxX == 0)
            slot.Classes[0] = classes;
    }

    /// <summary>Learns the row whose probabilities are there; gives the classes known after it.</summary>
    private static int Learn(CrossLayout shape, CrossSlotView slot, TableShared shared, int ahead, int classes, int y)
    {
        if (y >= classes)
            TableAnswers.Widen(shared, classes, y + 1);
        classes = IntrinsicMath.Max(classes, y + 1);
        var lanes = slot.Table.Lanes(classes);
        Once(shape, slot, shared, ahead * shape.Keys, lanes, y);
        var doubled = slot.Doubled[ahead];
        if (doubled > 0)
            Again(shape, slot, shared, ahead * shape.Keys, doubled, lanes, y);
        return classes;
    }

    private static void Once(CrossLayout shape, CrossSlotView slot, TableShared shared, int keys, int lanes, int y)
    {
        var shift = TableSums.Shift(lanes);
        for (var item = Group.IdxX; item < shape.Keys << shift; item += Group.DimX)
        {
            var (key, lane) = (keys + (item >> shift), item & ((1 << shift) - 1));
            if (lane < lanes && slot.Again[key] == 0)
                Descend(shape, slot, slot.Keys[key], lane, shared.Gradient(lane, y));
        }
        Group.Barrier();
    }

    /// <summary>An entry belongs to one of the sets of threads that have a thread for every lane.</summary>
    private static void Again(
        CrossLayout shape, CrossSlotView slot, TableShared shared, int keys, int doubled, int lanes, int y)
    {
        var shift = TableSums.Shift(lanes);
        var sets = IntrinsicMath.Max(1, Group.DimX >> shift);
        for (var item = Group.IdxX; item < sets << shift; item += Group.DimX)
        {
            var (set, lane) = (item >> shift, item & ((1 << shift) - 1));
            for (var i = 0; i < doubled && lane < lanes; i++)
                if (slot.Doubles[keys + i] % sets == set)
                    Descend(shape, slot, slot.Doubles[keys + i], lane, shared.Gradient(lane, y));
        }
        Group.Barrier();
    }

    /// <summary>V += g², W -= rate · g / √(V + 1) for four classes of an entry.</summary>
    private static void Descend(CrossLayout shape, CrossSlotView slot, int key, int lane, Float4 g)
    {
        var at = (key * slot.Table.Quads) + lane;
        var (w, v) = (slot.Table.Rows[at], slot.Table.Rows[at + shape.Quads] + (g * g));
        w.X -= shape.Rate * g.X / XMath.Sqrt(v.X + 1f);
        w.Y -= shape.Rate * g.Y / XMath.Sqrt(v.Y + 1f);
        w.Z -= shape.Rate * g.Z / XMath.Sqrt(v.Z + 1f);
        w.W -= shape.Rate * g.W / XMath.Sqrt(v.W + 1f);
        slot.Table.Rows[at] = w;
        slot.Table.Rows[at + shape.Quads] = v;
    }
}

/// <summary>
/// The keys of rows, found ahead for some rows at once: they do not depend on what is learned, and so no row
/// waits for them. Keys that fall on the same entry in one row are told apart: one of them comes first, the others into
/// a list. Which one comes first is chance, and does not matter, because all keys of a row are learned alike.
/// </summary>
internal static class CrossPlaces
{
    private const int RowsAtOnce = 4;

    /// <summary>
    /// Finds the keys of the next rows of a step from the i-th on; every thread of the group must call it.
    /// </summary>
    public static void Find(CrossLayout shape, LaunchView view, CrossSlotView slot, LaunchItem step, int i)
    {
        var rows = IntrinsicMath.Min(TableAnswers.RowsAhead, step.Rows - i);
        for (var place = Group.IdxX; place < shape.Columns * TableAnswers.RowsAhead; place += Group.DimX)
        {
            var ahead = IntrinsicMath.Min(place % TableAnswers.RowsAhead, rows - 1);
            var row = view.Rows[step.FirstRow + i + ahead];
            slot.Bins[place] = BinOf(shape, view.Batch, row, place / TableAnswers.RowsAhead);
        }
        for (var ahead = Group.IdxX; ahead < TableAnswers.RowsAhead; ahead += Group.DimX)
            slot.Doubled[ahead] = 0;
        Group.Barrier();
        for (var ahead = 0; ahead < rows; ahead += RowsAtOnce)
            for (var key = Group.IdxX; key < shape.Keys; key += Group.DimX)
                FindKeys(shape, slot, ahead, key);
        Group.Barrier();
        if (step.Learns != 0)
            FindDoubles(shape, slot, rows);
    }

    private static int BinOf(CrossLayout shape, BatchView batch, int row, int column)
    {
        if (column < shape.Numeric)
        {
            var rank = batch.Rank[(row * shape.Numeric) + column];
            return XMath.IsNaN(rank) ? shape.Bins : (int)(rank * shape.Bins);
        }
        column -= shape.Numeric;
        return column < shape.Categorical ? batch.Category[(row * shape.Categorical) + column] : 0;
    }

    private static void FindKeys(CrossLayout shape, CrossSlotView slot, int ahead, int key)
    {
        var first = (slot.First[key] * TableAnswers.RowsAhead) + ahead;
        var second = (slot.Second[key] * TableAnswers.RowsAhead) + ahead;
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

    private static int KeyOf(CrossLayout shape, ulong start, int first, int second) =>
        CrossKeys.KeyOf(start + ((ulong)first << 16) + (ulong)second, 64 - shape.Bits);

    private static void FindDoubles(CrossLayout shape, CrossSlotView slot, int rows)
    {
        for (var ahead = 0; ahead < rows; ahead += RowsAtOnce)
            for (var key = Group.IdxX; key < shape.Keys; key += Group.DimX)
                Mark(shape, slot, ahead, rows, key);
        Group.Barrier();
        for (var at = Group.IdxX; at < rows * shape.Keys; at += Group.DimX)
            slot.Marks[slot.Keys[at]] = 0;
        Group.Barrier();
    }

    // The row after the last one repeats it, and marks nothing.
    private static void Mark(CrossLayout shape, CrossSlotView slot, int ahead, int rows, int key)
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

    private static void Note(CrossLayout shape, CrossSlotView slot, int ahead, int key, int met)
    {
        var at = (ahead * shape.Keys) + key;
        slot.Again[at] = met != 0 ? 1 : 0;
        if (met != 0)
            slot.Doubles[(ahead * shape.Keys) + Atomic.Add(ref slot.Doubled[ahead], 1)] = slot.Keys[at];
    }
}
