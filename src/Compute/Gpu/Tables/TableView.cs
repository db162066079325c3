using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gpu.Arithmetic;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Gpu.Tables;

/// <summary>A table on the device, (rows, 4 · Quads) floats, of which every row has a weight of each class.</summary>
internal struct TableView
{
    /// <summary>The rows, one behind the other.</summary>
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
