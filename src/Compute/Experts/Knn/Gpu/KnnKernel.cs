using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn.Gpu;

/// <summary>
/// <see cref="KnnExpert{L}"/> as a kernel: one thread group takes one memory through its rows. A thread owns every
/// slot t, t + threads, ...; distances have the bits of the definition, so that the neighbours are the same ones.
/// </summary>
internal static class KnnKernel
{
    /// <summary>Does one step per group, whose memory has room to search.</summary>
    public static void Run(KnnLayout shape, LaunchView view)
    {
        var step = view.Items[Grid.IdxX];
        Process(shape, view, step, KnnSlotView.Of(shape, view, step.Slot), KnnShared.InGroup(shape));
    }

    /// <summary>Does one step per group where only the slot has room to search.</summary>
    public static void RunInSlot(KnnLayout shape, LaunchView view)
    {
        var step = view.Items[Grid.IdxX];
        var slot = KnnSlotView.Of(shape, view, step.Slot);
        Process(shape, view, step, slot, KnnShared.InSlot(shape, slot));
    }

    private static void Process(
        KnnLayout shape, LaunchView view, LaunchItem step, KnnSlotView slot, KnnShared shared)
    {
        var state = KnnState.Load(slot);
        shared.Clear(state.Turn);
        for (var i = 0; i < step.Rows; i++)
        {
            var row = view.Rows[step.FirstRow + i];
            var stride = view.Batch.ClassStride;
            var answer = view.Answers.SubView(step.Answer + ((long)i * 2 * stride), 2 * stride);
            Read(shape, view.Batch, shared, row);
            Group.Barrier();
            var farthest = Answer(shape, slot, shared, ref state, view.Batch.KnownClasses[row], answer);
            if (step.Learns == 0)
                continue;
            Add(shape, slot, shared, state.Next, view.Batch.Targets[row]);
            state.Learned(shape, farthest);
        }
        if (step.Learns != 0)
            state.Store(slot);
    }

    /// <summary>Both heads' answers; the distance of the farthest neighbour, below 0 if there is none.</summary>
    private static float Answer(
        KnnLayout shape, KnnSlotView slot, KnnShared shared, ref KnnState state, int classes,
        ArrayView<float> answer)
    {
        if (state.Count == 0)
        {
            KnnVotes.Even(classes, answer);
            return -1f;
        }
        var wide = IntrinsicMath.Min(shape.Wide, state.Count);
        KnnDistances.Measure(shape, slot, shared, state.Count);
        KnnNeighbours.Find(shape, slot, shared, ref state, wide);
        KnnVotes.Weigh(shape, shared, wide);
        KnnVotes.Count(shape, shared, wide, classes, answer);
        return shared.NeighbourDistances[wide - 1];
    }

    /// <summary>Takes the row that is looked for, and added next; a thread keeps to the values that it read.</summary>
    private static void Read(KnnLayout shape, BatchView batch, KnnShared shared, int row)
    {
        for (var j = Group.IdxX; j < shape.Features; j += Group.DimX)
            shared.Query[j] = j < shape.Numeric
                ? Number(shape, batch, (row * shape.Numeric) + j)
                : batch.Category[(row * shape.Categorical) + j - shape.Numeric];
        if (Group.IdxX == 0)
            shared.Gathered[0] = 0;
    }

    private static float Number(KnnLayout shape, BatchView batch, int cell)
    {
        if (shape.Input == (int)KnnInput.Z)
            return batch.Z[cell];
        var rank = batch.Rank[cell];
        return KnnRule.RankScale * (XMath.IsNaN(rank) ? KnnRule.MissingRank : rank);
    }

    private static void Add(KnnLayout shape, KnnSlotView slot, KnnShared shared, int place, int label)
    {
        var at = KnnDistances.PlaceOf(shape, place);
        for (var j = Group.IdxX; j < shape.Features; j += Group.DimX)
            slot.Values[at + (j * KnnRule.Tile)] = shared.Query[j];
        if (Group.IdxX == 0)
            slot.Labels[place] = label;
    }
}

/// <summary>Finds the k nearest slots: bins, then a comparison of the few that are left, each with each.</summary>
internal static class KnnNeighbours
{
    /// <summary>Lists the k slots of the smallest keys by their distances, ascending, in the group's memory.</summary>
    public static void Find(
        KnnLayout shape, KnnSlotView slot, KnnShared shared, ref KnnState state, int k)
    {
        var range = state.Count <= shape.Candidates
            ? KnnRange.All(state.Count) : KnnRange.Around(state.Usual);
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

    private static void Count(KnnShared shared, KnnRange range, int turn, int slots)
    {
        var counters = shared.CountersAt(turn);
        for (var slot = Group.IdxX; slot < slots; slot += Group.DimX)
        {
            var counter = range.CounterOf(KnnRange.KeyOf(shared.Distances[slot], slot));
            if (counter >= 0)
                Atomic.Add(ref counters[counter], 1);
        }
        shared.Clear(turn + 1);
    }

    /// <summary>Lists the slots whose keys are below a limit, in any order.</summary>
    private static void Gather(KnnShared shared, long below, int slots)
    {
        for (var slot = Group.IdxX; slot < slots; slot += Group.DimX)
        {
            var distance = shared.Distances[slot];
            if (KnnRange.KeyOf(distance, slot) >= below)
                continue;
            var at = Atomic.Add(ref shared.Gathered[0], 1);
            shared.CandidateDistances[at] = distance;
            shared.CandidateSlots[at] = slot;
        }
    }

    /// <summary>Puts one candidate where it belongs among the neighbours, if it is one of the nearest k.</summary>
    private static void Rank(KnnSlotView slot, KnnShared shared, int i, int candidates, int k)
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

/// <summary>
/// distance[slot] = Σ_j (value[slot, j] - query[j])² + 2 per category that differs, summed feature by feature.
/// </summary>
internal static class KnnDistances
{
    /// <summary>Slots that a thread measures side by side, so that none waits for another's memory.</summary>
    public const int SlotsAtOnce = 4;

    /// <summary>Measures the slots in use; each thread its own.</summary>
    public static void Measure(KnnLayout shape, KnnSlotView slot, KnnShared shared, int count)
    {
        for (var first = Group.IdxX; first < count; first += SlotsAtOnce * Group.DimX)
        {
            var (second, third, fourth) = (first + Group.DimX, first + (2 * Group.DimX), first + (3 * Group.DimX));
            var last = count - 1;
            var sums = Sums(shape, slot.Values, shared.Query, new Four<int>
            {
                A = PlaceOf(shape, first),
                B = PlaceOf(shape, IntrinsicMath.Min(second, last)),
                C = PlaceOf(shape, IntrinsicMath.Min(third, last)),
                D = PlaceOf(shape, IntrinsicMath.Min(fourth, last)),
            });
            shared.Distances[first] = sums.A;
            if (second < count)
                shared.Distances[second] = sums.B;
            if (third < count)
                shared.Distances[third] = sums.C;
            if (fourth < count)
                shared.Distances[fourth] = sums.D;
        }
    }

    /// <summary>Where the first value of a slot lies.</summary>
    public static int PlaceOf(KnnLayout shape, int slot) =>
        (slot / KnnRule.Tile * KnnRule.Tile * shape.Features) + (slot % KnnRule.Tile);

    private static Four<float> Sums(
        KnnLayout shape, ArrayView<float> values, ArrayView<float> query, Four<int> places)
    {
        var sums = new Four<float>();
        var j = 0;
        for (; j + 1 < shape.Numeric; j += 2)
        {
            var (even, odd) = (Read(values, places, j), Read(values, places, j + 1));
            sums = AddSquares(AddSquares(sums, even, query[j]), odd, query[j + 1]);
        }
        if (j < shape.Numeric)
            sums = AddSquares(sums, Read(values, places, j), query[j]);
        for (j = shape.Numeric; j < shape.Features; j++)
            sums = AddMismatches(sums, Read(values, places, j), query[j]);
        return sums;
    }

    private static Four<float> Read(ArrayView<float> values, Four<int> places, int j) => new()
    {
        A = values[places.A + (j * KnnRule.Tile)],
        B = values[places.B + (j * KnnRule.Tile)],
        C = values[places.C + (j * KnnRule.Tile)],
        D = values[places.D + (j * KnnRule.Tile)],
    };

    private static Four<float> AddSquares(Four<float> sums, Four<float> x, float q) => new()
    {
        A = MathF.FusedMultiplyAdd(x.A - q, x.A - q, sums.A),
        B = MathF.FusedMultiplyAdd(x.B - q, x.B - q, sums.B),
        C = MathF.FusedMultiplyAdd(x.C - q, x.C - q, sums.C),
        D = MathF.FusedMultiplyAdd(x.D - q, x.D - q, sums.D),
    };

    private static Four<float> AddMismatches(Four<float> sums, Four<float> x, float q) => new()
    {
        A = sums.A + (x.A == q ? 0f : KnnRule.Mismatch),
        B = sums.B + (x.B == q ? 0f : KnnRule.Mismatch),
        C = sums.C + (x.C == q ? 0f : KnnRule.Mismatch),
        D = sums.D + (x.D == q ? 0f : KnnRule.Mismatch),
    };
}

/// <summary>
/// The votes of the neighbours, of the nearest in the first head and of all in the second; a thread counts those for
/// one class in one head, in the order of the neighbours.
/// </summary>
internal static class KnnVotes
{
    private const int Heads = 2;

    /// <summary>Both heads' answers if there is no neighbour.</summary>
    public static void Even(int classes, ArrayView<float> answer)
    {
        var stride = answer.IntLength / Heads;
        for (var c = Group.IdxX; c < classes; c += Group.DimX)
        {
            answer[c] = DeviceMath.Log(1f / classes);
            answer[stride + c] = DeviceMath.Log(1f / classes);
        }
    }

    /// <summary>weight[head, i] = exp(scale · (d_i - d_0)) of the first k neighbours.</summary>
    public static void Weigh(KnnLayout shape, KnnShared shared, int k)
    {
        var near = IntrinsicMath.Min(shape.Near, k);
        var least = shared.NeighbourDistances[0];
        var narrow = KnnRule.Scale(shared.NeighbourDistances[near - 1]);
        var scale = KnnRule.Scale(shared.NeighbourDistances[k - 1]);
        for (var i = Group.IdxX; i < k; i += Group.DimX)
        {
            var further = shared.NeighbourDistances[i] - least;
            if (i < near)
                shared.Weights[i] = DeviceMath.Exp(further * narrow);
            shared.Weights[shape.Wide + i] = DeviceMath.Exp(further * scale);
        }
        Group.Barrier();
    }

    /// <summary>answer[head, c] = ln (0.98 · votes / all votes + 0.02 / C).</summary>
    public static void Count(KnnLayout shape, KnnShared shared, int k, int classes, ArrayView<float> answer)
    {
        var (stride, counted) = (answer.IntLength / Heads, ClassVectors.Padded(classes));
        for (var i = Group.IdxX; i < Heads * classes; i += Group.DimX)
        {
            var head = i < classes ? 0 : 1;
            var (c, voters) = (i - (head * classes), head == 0 ? IntrinsicMath.Min(shape.Near, k) : k);
            var (votes, all) = (0f, 0f);
            for (var voter = 0; voter < voters; voter++)
            {
                var (label, weight) = (shared.NeighbourLabels[voter], shared.Weights[(head * shape.Wide) + voter]);
                votes += label == c ? weight : 0f;
                all += label < counted ? weight : 0f;
            }
            var share = (1f - KnnRule.Doubt) / all * votes;
            answer[(head * stride) + c] = DeviceMath.Log(share + (KnnRule.Doubt / classes));
        }
    }
}

/// <summary>
/// A range of keys in which the k-th smallest is looked for. A slot's key is its distance's bits, which order as the
/// distances do, followed by its number: so no two are equal, and of equally far slots the first is the nearest.
/// Only whole numbers are counted and compared, so that no order of threads matters.
/// </summary>
internal struct KnnRange
{
    /// <summary>Numbers counted of a range: keys below it, then in each of its bins.</summary>
    public const int Counters = 1 + Bins;

    private const int BinBits = 6;
    private const int Bins = 1 << BinBits;
    private const int SlotBits = 16;
    private const int MantissaBits = 23;

    /// <summary>All distances are below infinity.</summary>
    private const long AllHigh = 0x7F800000L << SlotBits;

    /// <summary>Bins of 2^41 cover all keys.</summary>
    private const int AllShift = 41;

    /// <summary>Powers of 2 that a guess covers, in equal parts below and above.</summary>
    private const int GuessPowers = 4;

    /// <summary>From here on, up to here; each bin has 2^shift keys.</summary>
    public long Low, High;

    /// <summary>Size of a bin, as a power of 2.</summary>
    public int Shift;

    /// <summary>How many keys are below the high end, once they are few and hold the k smallest; else 0.</summary>
    public int Found;

    /// <summary>The key of a slot.</summary>
    public static long KeyOf(float distance, int slot) => ((long)Interop.FloatAsInt(distance) << SlotBits) | (uint)slot;

    /// <summary>The range of all keys, which are found where they are few.</summary>
    public static KnnRange All(int found) => new() { High = AllHigh, Shift = AllShift, Found = found };

    /// <summary>The range around the usual distance of the k-th; that of all keys where none is usual.</summary>
    public static KnnRange Around(float usual)
    {
        if (usual <= 0f)
            return All(0);
        var low = (int)Interop.FloatAsInt(usual) - (GuessPowers / 2 << MantissaBits);
        var from = (long)IntrinsicMath.Max(0, low) << SlotBits;
        return new KnnRange
        {
            Low = from,
            High = from + ((long)GuessPowers << (MantissaBits + SlotBits)),
            Shift = MantissaBits + SlotBits + 2 - BinBits,
        };
    }

    /// <summary>Which of the counters a key belongs to; those beyond the range belong to none, -1.</summary>
    public readonly int CounterOf(long key) =>
        key < Low ? 0 : key < High ? 1 + (int)((key - Low) >> Shift) : -1;

    /// <summary>What is left of the range by what was counted of it.</summary>
    /// <param name="counters">Its counters.</param>
    /// <param name="k">Which key is looked for.</param>
    /// <param name="most">How many keys may be found.</param>
    public readonly KnnRange Narrowed(ArrayView<int> counters, int k, int most)
    {
        var below = counters[0];
        if (below >= k)
            return new KnnRange { High = Low, Shift = AllShift };
        for (var bin = 0; bin < Bins; bin++)
        {
            var upTo = below + counters[1 + bin];
            if (upTo >= k)
                return Bin(bin, upTo <= most ? upTo : 0);
            below = upTo;
        }
        return new KnnRange { Low = High, High = AllHigh, Shift = AllShift };
    }

    private readonly KnnRange Bin(int bin, int found)
    {
        var low = Low + ((long)bin << Shift);
        return new KnnRange
        {
            Low = low,
            High = low + (1L << Shift) < High ? low + (1L << Shift) : High,
            Shift = IntrinsicMath.Max(0, Shift - BinBits),
            Found = found,
        };
    }
}
