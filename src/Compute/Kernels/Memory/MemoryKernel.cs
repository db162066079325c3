using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Memory;

/// <summary>
/// <see cref="MemoryExpert{L}"/> as a kernel: one thread group takes one memory through its rows. A thread owns every
/// slot t, t + threads, ...; distances have the bits of the definition, so that the neighbours are the same ones.
/// </summary>
internal static class MemoryKernel
{
    /// <summary>Does one step per group, whose memory has room to search.</summary>
    public static void Walk(MemoryShape shape, WalkView view)
    {
        var step = view.Steps[Grid.IdxX];
        Walk(shape, view, step, MemorySlotView.Of(shape, view, step.Slot), MemoryShared.InGroup(shape));
    }

    /// <summary>Does one step per group where only the slot has room to search.</summary>
    public static void WalkInSlot(MemoryShape shape, WalkView view)
    {
        var step = view.Steps[Grid.IdxX];
        var slot = MemorySlotView.Of(shape, view, step.Slot);
        Walk(shape, view, step, slot, MemoryShared.InSlot(shape, slot));
    }

    private static void Walk(
        MemoryShape shape, WalkView view, WalkStep step, MemorySlotView slot, MemoryShared shared)
    {
        var state = MemoryState.Load(slot);
        shared.Clear(state.Turn);
        for (var i = 0; i < step.Rows; i++)
        {
            var row = view.Rows[step.FirstRow + i];
            var stride = view.Batch.ClassStride;
            var answer = view.Answers.SubView(step.Answer + ((long)i * 2 * stride), 2 * stride);
            Read(shape, view.Batch, shared, row);
            Group.Barrier();
            var farthest = Answer(shape, slot, shared, ref state, view.Batch.Known[row], answer);
            if (step.Learns == 0)
                continue;
            Add(shape, slot, shared, state.Next, view.Batch.Targets[row]);
            state.Learned(shape, farthest);
        }
        if (step.Learns != 0)
            state.Store(slot);
    }

    /// <summary>Both heads' answers; the distance of the farthest neighbour, below 0 where there is none.</summary>
    private static float Answer(
        MemoryShape shape, MemorySlotView slot, MemoryShared shared, ref MemoryState state, int classes,
        ArrayView<float> answer)
    {
        if (state.Count == 0)
        {
            MemoryVotes.Even(classes, answer);
            return -1f;
        }
        var wide = IntrinsicMath.Min(shape.Wide, state.Count);
        MemoryDistances.Measure(shape, slot, shared, state.Count);
        MemoryNeighbours.Find(shape, slot, shared, ref state, wide);
        MemoryVotes.Weigh(shape, shared, wide);
        MemoryVotes.Count(shape, shared, wide, classes, answer);
        return shared.NeighbourDistances[wide - 1];
    }

    /// <summary>Takes the row that is looked for, and added next; a thread keeps to the values that it read.</summary>
    private static void Read(MemoryShape shape, BatchView batch, MemoryShared shared, int row)
    {
        for (var j = Group.IdxX; j < shape.Features; j += Group.DimX)
            shared.Query[j] = j < shape.Numeric
                ? Number(shape, batch, (row * shape.Numeric) + j)
                : batch.Category[(row * shape.Categorical) + j - shape.Numeric];
        if (Group.IdxX == 0)
            shared.Gathered[0] = 0;
    }

    private static float Number(MemoryShape shape, BatchView batch, int cell)
    {
        if (shape.Input == (int)MemoryInput.Z)
            return batch.Z[cell];
        var rank = batch.Rank[cell];
        return MemoryRule.RankScale * (XMath.IsNaN(rank) ? MemoryRule.MissingRank : rank);
    }

    private static void Add(MemoryShape shape, MemorySlotView slot, MemoryShared shared, int place, int label)
    {
        var at = MemoryDistances.PlaceOf(shape, place);
        for (var j = Group.IdxX; j < shape.Features; j += Group.DimX)
            slot.Values[at + (j * MemoryRule.Tile)] = shared.Query[j];
        if (Group.IdxX == 0)
            slot.Labels[place] = label;
    }
}
