using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Gpu;

/// <summary>A table on the device, (rows, 4 · Quads) floats; every row has a weight of each class.</summary>
internal struct TableView
{
    /// <summary>The rows, one after the other.</summary>
    public ArrayView<Float4> Rows;

    /// <summary>Quads of a row.</summary>
    public int Quads;

    /// <summary>Which float of a row is the weight of class 0.</summary>
    public int First;

    /// <summary>A table that begins a slot, whose rows are whole quads.</summary>
    /// <remarks>Only of memory that it knows to be aligned does the compiler read a quad by one instruction.</remarks>
    public static TableView Of(ArrayView<float> slot, int rows, int quads, int first) => new()
    {
        Rows = slot.SubView(0, (long)rows * quads * Float4.Floats).AsAligned(16).Cast<Float4>(),
        Quads = quads,
        First = first,
    };

    /// <summary>Quads of a row that the weights of the first classes reach into.</summary>
    public readonly int Lanes(int classes) => Float4.Count(First + classes);
}

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct TableShared
{
    /// <summary>Sums of parts of the places (64, lanes), and those folded (8, lanes).</summary>
    public ArrayView<Float4> Parts, Folded;

    /// <summary>The probabilities, each where a row of the table has the class's weight; 0 elsewhere.</summary>
    public ArrayView<Float4> Row;

    /// <summary>Logits, their powers, log-probabilities and probabilities, by class.</summary>
    public ArrayView<float> Logits, Powers, Logs, Probabilities;

    /// <summary>What the kind asked for beside.</summary>
    public ArrayView<float> Rest;

    /// <summary>Floats that a group needs.</summary>
    /// <param name="quads">Quads of a row of weights.</param>
    /// <param name="rest">Floats that the kind needs beside.</param>
    public static int Floats(int quads, int rest) =>
        Float4.Floats * (TableSums.Quads(quads) + (4 * quads) + RestQuads(rest));

    /// <summary>Divides the group's memory; every thread of the group must call it.</summary>
    public static TableShared Of(int quads, int first, int rest)
    {
        var all = GroupMemory.Of<Float4>();
        var (parts, folded) = (TableSums.PartQuads(quads), TableSums.FoldedQuads(quads));
        var row = all.SubView(parts + folded, quads);
        var floats = all.SubView(parts + folded + quads, (3 * quads) + RestQuads(rest)).Cast<float>();
        var classes = quads * Float4.Floats;
        for (var quad = Group.IdxX; quad < quads; quad += Group.DimX)
            row[quad] = default;
        Group.Barrier();
        return new TableShared
        {
            Parts = all.SubView(0, parts),
            Folded = all.SubView(parts, folded),
            Row = row,
            Logits = floats.SubView(0, classes),
            Powers = floats.SubView(classes, classes),
            Logs = floats.SubView(2 * classes, classes),
            Probabilities = row.Cast<float>().SubView(first, classes - first),
            Rest = floats.SubView(3 * classes, rest),
        };
    }

    /// <summary>
    /// One quad of the gradient of the cross-entropy by a row of weights: probabilities, less 1 at the target.
    /// </summary>
    /// <param name="lane">Which quad of the row.</param>
    /// <param name="target">Which float of the row is the target's.</param>
    public readonly Float4 Gradient(int lane, int target)
    {
        var (g, at) = (Row[lane], target - (lane * Float4.Floats));
        g.X -= at == 0 ? 1f : 0f;
        g.Y -= at == 1 ? 1f : 0f;
        g.Z -= at == 2 ? 1f : 0f;
        g.W -= at == 3 ? 1f : 0f;
        return g;
    }

    // one float at least: a view of nothing at the end of another one counts as out of its bounds
    private static int RestQuads(int rest) => Float4.Count(rest + 1);
}

/// <summary>How large the slots of tables are.</summary>
internal static class TableSize
{
    /// <summary>The slot's size with its floats made whole quads, so that those of the next slot are, too.</summary>
    public static SlotSize Whole(int floats, int ints, int longs) =>
        new(Float4.Count(floats) * Float4.Floats, ints, longs);
}

/// <summary>
/// logits (C) = Σ of the table's rows at the places of one input row. The places fall into 64 parts whatever the size
/// of the group, the parts into 8, and so on: the order of the sum depends on nothing but the number of places. A
/// thread has several reads under way at once, because a group alone on its processor mostly waits for memory.
/// </summary>
internal static class TableSums
{
    private const int Parts = 64;
    private const int Fold = 8;
    private const int ReadsAtOnce = 4;

    /// <summary>Quads of a row that are summed at once, as shared memory is small.</summary>
    private const int LanesAtOnce = 16;

    /// <summary>Quads of shared memory for tables of so many quads a row.</summary>
    public static int Quads(int quads) => PartQuads(quads) + FoldedQuads(quads);

    /// <summary>As <see cref="Quads"/>, for the parts.</summary>
    public static int PartQuads(int quads) => Parts << Shift(IntrinsicMath.Min(quads, LanesAtOnce));

    /// <summary>As <see cref="Quads"/>, for what the parts fold into.</summary>
    public static int FoldedQuads(int quads) => Fold << Shift(IntrinsicMath.Min(quads, LanesAtOnce));

    /// <summary>The logarithm to base 2 of so many lanes, rounded up, so that no thread need divide by lanes.</summary>
    public static int Shift(int lanes)
    {
        var shift = 0;
        while (1 << shift < lanes)
            shift++;
        return shift;
    }

    /// <summary>Computes the logits of the first classes; every thread of the group must call it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="places">Row numbers.</param>
    /// <param name="count">Number of places.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="shared">The group's memory.</param>
    public static void Logits(TableView table, ArrayView<int> places, int count, int classes, TableShared shared)
    {
        var lanes = table.Lanes(classes);
        for (var from = 0; from < lanes; from += LanesAtOnce)
            Logits(table, places, count, classes, shared, from, IntrinsicMath.Min(LanesAtOnce, lanes - from));
    }

    private static void Logits(
        TableView table, ArrayView<int> places, int count, int classes, TableShared shared, int from, int lanes)
    {
        var shift = Shift(lanes);
        var mask = (1 << shift) - 1;
        for (var item = Group.IdxX; item < Parts << shift; item += Group.DimX)
            if ((item & mask) < lanes)
                shared.Parts[item] = Part(table, places, count, item >> shift, from + (item & mask));
        Group.Barrier();
        for (var item = Group.IdxX; item < Fold << shift; item += Group.DimX)
            if ((item & mask) < lanes)
                shared.Folded[item] = Eight(shared.Parts, item, Fold << shift);
        Group.Barrier();
        var end = IntrinsicMath.Min(table.First + classes, (from + lanes) * Float4.Floats);
        for (var at = (from * Float4.Floats) + Group.IdxX; at < end; at += Group.DimX)
            if (at >= table.First)
                shared.Logits[at - table.First] =
                    Eight(shared.Folded.Cast<float>(), at - (from * Float4.Floats), Float4.Floats << shift);
        Group.Barrier();
    }

    private static Float4 Part(TableView table, ArrayView<int> places, int count, int part, int lane)
    {
        var sum = default(Float4);
        for (var i = part; i < count; i += ReadsAtOnce * Parts)
            sum += (Term(table, places, count, i, lane) + Term(table, places, count, i + Parts, lane))
                + (Term(table, places, count, i + (2 * Parts), lane)
                    + Term(table, places, count, i + (3 * Parts), lane));
        return sum;
    }

    // After the last place the last one is read once more, times 0: a branch would keep reads apart.
    private static Float4 Term(TableView table, ArrayView<int> places, int count, int i, int lane) =>
        (i < count ? 1f : 0f) * table.Rows[(places[IntrinsicMath.Min(i, count - 1)] * table.Quads) + lane];

    private static Float4 Eight(ArrayView<Float4> terms, int at, int step) =>
        ((terms[at] + terms[at + step]) + (terms[at + (2 * step)] + terms[at + (3 * step)]))
        + ((terms[at + (4 * step)] + terms[at + (5 * step)]) + (terms[at + (6 * step)] + terms[at + (7 * step)]));

    private static float Eight(ArrayView<float> terms, int at, int step) =>
        ((terms[at] + terms[at + step]) + (terms[at + (2 * step)] + terms[at + (3 * step)]))
        + ((terms[at + (4 * step)] + terms[at + (5 * step)]) + (terms[at + (6 * step)] + terms[at + (7 * step)]));
}

/// <summary>What the kernels of tables have in common; every thread of the group must call these together.</summary>
internal static class TableAnswers
{
    /// <summary>
    /// Rows whose places are found at once, ahead of time, because they do not depend on what was learned.
    /// </summary>
    public const int RowsAhead = 16;

    /// <summary>Where the answer to the i-th row of a step goes.</summary>
    public static ArrayView<float> AnswerTo(LaunchView view, LaunchItem step, int i) => view.Answers.SubView(
        step.Answer + ((long)i * view.Batch.ClassStride), view.Batch.ClassStride);

    /// <summary>Probabilities of the first classes, and as many logarithms as the answer has room for.</summary>
    public static void Softmax(TableShared shared, int classes, ArrayView<float> answer)
    {
        Softmax(shared, classes);
        var room = IntrinsicMath.Min(classes, answer.IntLength);
        for (var c = Group.IdxX; c < room; c += Group.DimX)
            answer[c] = shared.Logs[c];
    }

    /// <summary>Classes become known that no row of the table has a weight of yet: their logits are 0.</summary>
    public static void Widen(TableShared shared, int known, int classes)
    {
        for (var c = known + Group.IdxX; c < classes; c += Group.DimX)
            shared.Logits[c] = 0f;
        Group.Barrier();
        Softmax(shared, classes);
    }

    private static void Softmax(TableShared shared, int classes) =>
        GroupRows.LogSoftmax(shared.Logits, classes, shared.Powers, shared.Probabilities, shared.Logs);
}
