using ILGPU;

namespace MoE.Compute.Kernels.Tables;

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct TableShared
{
    /// <summary>Sums of parts of the places (64, lanes), and those folded (8, lanes).</summary>
    public ArrayView<Quad> Parts, Folded;

    /// <summary>The probabilities, each where a row of the table has the class's weight; 0 elsewhere.</summary>
    public ArrayView<Quad> Row;

    /// <summary>Logits, their powers, log-probabilities and probabilities, by class.</summary>
    public ArrayView<float> Logits, Powers, Logs, Probabilities;

    /// <summary>What the kind asked for beside.</summary>
    public ArrayView<float> Rest;

    /// <summary>Floats that a group needs.</summary>
    /// <param name="quads">Quads of a row of weights.</param>
    /// <param name="rest">Floats that the kind needs beside.</param>
    public static int Floats(int quads, int rest) =>
        Quad.Floats * (RowSums.Quads(quads) + (4 * quads) + RestQuads(rest));

    /// <summary>Divides the group's memory; every thread of the group must call it.</summary>
    public static TableShared Of(int quads, int first, int rest)
    {
        var all = GroupMemory.Of<Quad>();
        var (parts, folded) = (RowSums.PartQuads(quads), RowSums.FoldedQuads(quads));
        var row = all.SubView(parts + folded, quads);
        var floats = all.SubView(parts + folded + quads, (3 * quads) + RestQuads(rest)).Cast<float>();
        var classes = quads * Quad.Floats;
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
    public readonly Quad Gradient(int lane, int target)
    {
        var (g, at) = (Row[lane], target - (lane * Quad.Floats));
        g.X -= at == 0 ? 1f : 0f;
        g.Y -= at == 1 ? 1f : 0f;
        g.Z -= at == 2 ? 1f : 0f;
        g.W -= at == 3 ? 1f : 0f;
        return g;
    }

    // one float at least: a view of nothing at the end of another one counts as out of its bounds
    private static int RestQuads(int rest) => Quad.Count(rest + 1);
}
