using ILGPU;

namespace MoE.Compute.Kernels.Memory;

/// <summary>Finds the k nearest slots: bins, then a comparison of the few that are left, each with each.</summary>
internal static class MemoryNeighbours
{
    /// <summary>Lists the k slots of the smallest keys by their distances, ascending, in the group's memory.</summary>
    public static void Find(
        MemoryShape shape, MemorySlotView slot, MemoryShared shared, ref MemoryState state, int k)
    {
        var range = state.Count <= shape.Candidates
            ? MemoryRange.All(state.Count) : MemoryRange.Around(state.Usual);
        while (range.Found == 0)
        {
            Count(shared, range, state.Turn, state.Count);
            Group.Barrier();
            range = range.Narrowed(shared.CountersAt(state.Turn), k, shape.Candidates);
            state.Turn++;
        }
        Gather(shared, range.High, state.Count);
        Group.Barrier();
        for (var i = Group.IdxX; i < range.Found; i += Group.DimX)
            Rank(slot, shared, i, range.Found, k);
        Group.Barrier();
    }

    private static void Count(MemoryShared shared, MemoryRange range, int turn, int slots)
    {
        var counters = shared.CountersAt(turn);
        for (var slot = Group.IdxX; slot < slots; slot += Group.DimX)
        {
            var counter = range.CounterOf(MemoryRange.KeyOf(shared.Distances[slot], slot));
            if (counter >= 0)
                Atomic.Add(ref counters[counter], 1);
        }
        shared.Clear(turn + 1);
    }

    /// <summary>Lists the slots whose keys are below a limit, in any order.</summary>
    private static void Gather(MemoryShared shared, long below, int slots)
    {
        for (var slot = Group.IdxX; slot < slots; slot += Group.DimX)
        {
            var distance = shared.Distances[slot];
            if (MemoryRange.KeyOf(distance, slot) >= below)
                continue;
            var at = Atomic.Add(ref shared.Gathered[0], 1);
            shared.CandidateDistances[at] = distance;
            shared.CandidateSlots[at] = slot;
        }
    }

    /// <summary>Puts one candidate where it belongs among the neighbours, if it is one of the nearest k.</summary>
    private static void Rank(MemorySlotView slot, MemoryShared shared, int i, int candidates, int k)
    {
        var (distance, place, rank) = (shared.CandidateDistances[i], shared.CandidateSlots[i], 0);
        for (var other = 0; other < candidates; other++)
        {
            var (d, at) = (shared.CandidateDistances[other], shared.CandidateSlots[other]);
            rank += d < distance || (d == distance && at < place) ? 1 : 0;
        }
        if (rank >= k)
            return;
        shared.NeighbourDistances[rank] = distance;
        shared.NeighbourLabels[rank] = slot.Labels[place];
    }
}
