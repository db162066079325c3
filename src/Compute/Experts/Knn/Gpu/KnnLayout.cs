using ILGPU;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn.Gpu;

/// <summary>
/// Where the numbers of a memory lie in its slot, and what it is: the ring in its tiles, as the image has it, then room
/// to search where the group's memory has too little, then the usual distance.
/// </summary>
internal struct KnnLayout
{
    /// <summary>Among the whole numbers: the slot written next, the slots in use, then the classes by slot.</summary>
    public const int Labels = 2;

    /// <summary>Floats for a search that the group's memory can hold: 40 KB, of the 48 that every device has.</summary>
    private const int MostInGroup = 10240;

    private const int FewestCandidates = 32;

    /// <summary>What distances are measured in, as <see cref="KnnInput"/>.</summary>
    public int Input;

    /// <summary>Rows kept.</summary>
    public int Size;

    /// <summary>Neighbours that vote in the first head and in the second.</summary>
    public int Near, Wide;

    /// <summary>Numeric and categorical features.</summary>
    public int Numeric, Categorical;

    /// <summary>Values of a row.</summary>
    public readonly int Features => Numeric + Categorical;

    /// <summary>Rows kept, in whole tiles.</summary>
    public readonly int Padded => KnnRule.Padded(Size);

    /// <summary>Floats of the ring.</summary>
    public readonly int Values => Padded * Features;

    /// <summary>Slots that are compared with each other, at most.</summary>
    public readonly int Candidates => IntrinsicMath.Max(FewestCandidates, ClassVectors.Padded(2 * Wide));

    /// <summary>Floats that a search needs.</summary>
    public readonly int Search => Features + Padded + (2 * Candidates) + (4 * Wide);

    /// <summary>Whether the group's memory holds them.</summary>
    public readonly bool SearchesInGroup => Search <= MostInGroup;

    /// <summary>Where the usual distance is.</summary>
    public readonly int Usual => Values + (SearchesInGroup ? 0 : KnnRule.Padded(Search));

    /// <summary>The slot's size; its floats are whole tiles, so that every ring begins where reads are fast.</summary>
    public readonly SlotSize SlotSize => new(Usual + KnnRule.Tile, Labels + Size, 0);

    /// <summary>The slot's floats, where they may be more than can be counted in 32 bits.</summary>
    public readonly long Floats => ((long)Padded * Features) + (SlotSize.Floats - Values);

    /// <summary>The shape of memories of these options.</summary>
    public static KnnLayout Of(KnnOptions options, int numeric, int categorical) => new()
    {
        Input = (int)options.Input,
        Size = options.Size,
        Near = options.Near,
        Wide = options.Wide,
        Numeric = numeric,
        Categorical = categorical,
    };
}

/// <summary>One memory's slot on the device.</summary>
internal struct KnnSlotView
{
    /// <summary>The ring: (tiles, features, 64 slots).</summary>
    public ArrayView<float> Values;

    /// <summary>Class by slot.</summary>
    public ArrayView<int> Labels;

    /// <summary>The slot written next, and the slots in use.</summary>
    public ArrayView<int> Counts;

    /// <summary>The usual distance of the last neighbour.</summary>
    public ArrayView<float> Usual;

    /// <summary>Room to search, where the group's memory has too little.</summary>
    public ArrayView<float> Search;

    /// <summary>The memory of a step.</summary>
    public static KnnSlotView Of(KnnLayout shape, LaunchView view, int slot)
    {
        var size = shape.SlotSize;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        var ints = view.Ints.SubView((long)slot * size.Ints, size.Ints);
        return new KnnSlotView
        {
            Values = floats.SubView(0, shape.Values),
            Search = floats.SubView(shape.Values, shape.Usual - shape.Values),
            Usual = floats.SubView(shape.Usual, 1),
            Counts = ints.SubView(0, KnnLayout.Labels),
            Labels = ints.SubView(KnnLayout.Labels, shape.Size),
        };
    }
}

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct KnnShared
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
    public static int Floats(KnnLayout shape) =>
        (Turns * KnnRange.Counters) + 1 + (shape.SearchesInGroup ? shape.Search : 0);

    /// <summary>Divides the group's memory.</summary>
    public static KnnShared InGroup(KnnLayout shape)
    {
        var all = SharedMemory.GetDynamic<float>();
        return Of(shape, all, all.SubView((Turns * KnnRange.Counters) + 1, shape.Search));
    }

    /// <summary>Divides the group's memory, which is too small to search in, and that of the slot.</summary>
    public static KnnShared InSlot(KnnLayout shape, KnnSlotView slot) =>
        Of(shape, SharedMemory.GetDynamic<float>(), slot.Search);

    /// <summary>The counters whose turn it is.</summary>
    public readonly ArrayView<int> CountersAt(int turn) =>
        Counters.SubView(turn % Turns * KnnRange.Counters, KnnRange.Counters);

    /// <summary>Clears the counters of a turn; each thread its share.</summary>
    public readonly void Clear(int turn)
    {
        var counters = CountersAt(turn);
        for (var i = Group.IdxX; i < KnnRange.Counters; i += Group.DimX)
            counters[i] = 0;
    }

    private static KnnShared Of(KnnLayout shape, ArrayView<float> counts, ArrayView<float> search)
    {
        var (candidates, neighbours) = (shape.Features + shape.Padded, shape.Search - (4 * shape.Wide));
        return new KnnShared
        {
            Counters = counts.SubView(0, Turns * KnnRange.Counters).Cast<int>(),
            Gathered = counts.SubView(Turns * KnnRange.Counters, 1).Cast<int>(),
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

/// <summary>What every thread of a group knows alike and keeps to itself while the rows pass.</summary>
internal struct KnnState
{
    /// <summary>The slot written next, and the slots in use.</summary>
    public int Next, Count;

    /// <summary>The usual distance of the last neighbour.</summary>
    public float Usual;

    /// <summary>Whose turn it is among the counters.</summary>
    public int Turn;

    /// <summary>Takes it from the slot.</summary>
    public static KnnState Load(KnnSlotView slot) => new()
    {
        Next = slot.Counts[0],
        Count = slot.Counts[1],
        Usual = slot.Usual[0],
    };

    /// <summary>A row was learned, with its last neighbour that far; below 0 if it had none.</summary>
    public void Learned(KnnLayout shape, float farthest)
    {
        if (farthest >= 0f)
            Usual = KnnRule.Usual(Usual, farthest);
        Next = Next + 1 == shape.Size ? 0 : Next + 1;
        Count = IntrinsicMath.Max(Count, Next == 0 ? shape.Size : Next);
    }

    /// <summary>Writes what learning changed.</summary>
    public readonly void Store(KnnSlotView slot)
    {
        if (Group.IdxX != 0)
            return;
        slot.Counts[0] = Next;
        slot.Counts[1] = Count;
        slot.Usual[0] = Usual;
    }
}
