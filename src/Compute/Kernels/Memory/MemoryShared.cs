using ILGPU;

namespace MoE.Compute.Kernels.Memory;

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct MemoryShared
{
    /// <summary>Counters that take turns, so that one is cleared while another is in use.</summary>
    private const int Turns = 3;

    /// <summary>Distances below a range and in each of its bins, as often as they take turns.</summary>
    public ArrayView<int> Counters;

    /// <summary>The number of candidates gathered.</summary>
    public ArrayView<int> Gathered;

    /// <summary>The values of the row.</summary>
    public ArrayView<float> Query;

    /// <summary>The distance of every slot; each belongs to the thread that computed it.</summary>
    public ArrayView<float> Distances;

    /// <summary>Distances of the candidates, in any order.</summary>
    public ArrayView<float> CandidateDistances;

    /// <summary>The candidates' slots.</summary>
    public ArrayView<int> CandidateSlots;

    /// <summary>The neighbours' distances, ascending, and their weights in both heads (2, wide).</summary>
    public ArrayView<float> NeighbourDistances, Weights;

    /// <summary>The neighbours' classes.</summary>
    public ArrayView<int> NeighbourLabels;

    /// <summary>Floats that a group needs.</summary>
    public static int Floats(MemoryShape shape) =>
        (Turns * MemoryRange.Counters) + 1 + (shape.SearchesInGroup ? shape.Search : 0);

    /// <summary>Divides the group's memory.</summary>
    public static MemoryShared InGroup(MemoryShape shape)
    {
        var all = SharedMemory.GetDynamic<float>();
        return Of(shape, all, all.SubView((Turns * MemoryRange.Counters) + 1, shape.Search));
    }

    /// <summary>Divides the group's memory, which is too small to search in, and that of the slot.</summary>
    public static MemoryShared InSlot(MemoryShape shape, MemorySlotView slot) =>
        Of(shape, SharedMemory.GetDynamic<float>(), slot.Search);

    /// <summary>The counters whose turn it is.</summary>
    public readonly ArrayView<int> CountersAt(int turn) =>
        Counters.SubView(turn % Turns * MemoryRange.Counters, MemoryRange.Counters);

    /// <summary>Clears the counters of a turn; each thread its share.</summary>
    public readonly void Clear(int turn)
    {
        var counters = CountersAt(turn);
        for (var i = Group.IdxX; i < MemoryRange.Counters; i += Group.DimX)
            counters[i] = 0;
    }

    private static MemoryShared Of(MemoryShape shape, ArrayView<float> counts, ArrayView<float> search)
    {
        var (candidates, neighbours) = (shape.Features + shape.Padded, shape.Search - (4 * shape.Wide));
        return new MemoryShared
        {
            Counters = counts.SubView(0, Turns * MemoryRange.Counters).Cast<int>(),
            Gathered = counts.SubView(Turns * MemoryRange.Counters, 1).Cast<int>(),
            Query = search.SubView(0, shape.Features),
            Distances = search.SubView(shape.Features, shape.Padded),
            CandidateDistances = search.SubView(candidates, shape.Candidates),
            CandidateSlots = search.SubView(candidates + shape.Candidates, shape.Candidates).Cast<int>(),
            NeighbourDistances = search.SubView(neighbours, shape.Wide),
            NeighbourLabels = search.SubView(neighbours + shape.Wide, shape.Wide).Cast<int>(),
            Weights = search.SubView(neighbours + (2 * shape.Wide), 2 * shape.Wide),
        };
    }
}
