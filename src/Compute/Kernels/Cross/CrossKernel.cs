using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Kernels.Arithmetic;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Cross;

/// <summary>
/// <see cref="CrossExpert{L}"/> as a kernel: one thread group takes one expert through its rows. The entries that a row
/// touches are learned all at once, each quad by one thread. An entry that several keys of the row fall on is learned
/// once with the others, then once more per key, by one thread.
/// </summary>
internal static class CrossKernel
{
    /// <summary>Does one step per group.</summary>
    public static void Walk(CrossShape shape, WalkView view)
    {
        var step = view.Steps[Grid.IdxX];
        var slot = CrossSlotView.Of(shape, view, step.Slot);
        var shared = TableShared.Of(shape.Quads, 0, 0);
        var classes = slot.Classes[0];
        for (var i = 0; i < step.Rows; i++)
        {
            var ahead = i % TableWalk.RowsAhead;
            if (ahead == 0)
                CrossPlaces.Find(shape, view, slot, step, i);
            var row = view.Rows[step.FirstRow + i];
            var answer = TableWalk.AnswerTo(view, step, i);
            if (step.Learns != 0)
                classes = IntrinsicMath.Max(classes, view.Batch.Known[row]);
            var keys = slot.Keys.SubView(ahead * shape.Keys, shape.Keys);
            RowSums.Logits(slot.Table, keys, shape.Keys, classes, shared);
            TableWalk.Softmax(shared, classes, answer);
            if (step.Learns != 0)
                classes = Learn(shape, slot, shared, ahead, classes, view.Batch.Targets[row]);
            else
                GroupRows.Spread(answer, classes, view.Batch.Known[row]);
        }
        if (step.Learns != 0 && Group.IdxX == 0)
            slot.Classes[0] = classes;
    }

    /// <summary>Learns the row whose probabilities are there; gives the classes known behind it.</summary>
    private static int Learn(CrossShape shape, CrossSlotView slot, TableShared shared, int ahead, int classes, int y)
    {
        if (y >= classes)
            TableWalk.Widen(shared, classes, y + 1);
        classes = IntrinsicMath.Max(classes, y + 1);
        var lanes = slot.Table.Lanes(classes);
        Once(shape, slot, shared, ahead * shape.Keys, lanes, y);
        var doubled = slot.Doubled[ahead];
        if (doubled > 0)
            Again(shape, slot, shared, ahead * shape.Keys, doubled, lanes, y);
        return classes;
    }

    private static void Once(CrossShape shape, CrossSlotView slot, TableShared shared, int keys, int lanes, int y)
    {
        var shift = RowSums.Shift(lanes);
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
        CrossShape shape, CrossSlotView slot, TableShared shared, int keys, int doubled, int lanes, int y)
    {
        var shift = RowSums.Shift(lanes);
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
    private static void Descend(CrossShape shape, CrossSlotView slot, int key, int lane, Quad g)
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
