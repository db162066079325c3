using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>The two heads' answers to rows that were looked for: of the nearest, and of more of them.</summary>
internal sealed class MemoryAnswer<L>(MemoryOptions options, Ring<L> ring, RingSearch<L> search)
    where L : struct, ILanes<L>
{
    /// <summary>Answers per row.</summary>
    public const int Heads = 2;

    private readonly NeighbourVote<L> _vote = new(options.Wide);

    /// <summary>Makes room for answers of a length, and for labels below a number.</summary>
    public void Fit(int stride, int labels) => _vote.Fit(Math.Max(stride, ClassRows.Padded(labels)));

    /// <summary>Writes both answers; the distance of the farthest neighbour, below 0 where there is none.</summary>
    /// <param name="classes">Classes known.</param>
    /// <param name="place">Which of the rows that are looked for together.</param>
    /// <param name="labels">Above every label in the ring.</param>
    /// <param name="logProbabilities">Out: (2, S).</param>
    public float Give(int classes, int place, int labels, Span<float> logProbabilities)
    {
        if (ring.Count == 0)
        {
            logProbabilities.Fill(classes == 0 ? 0f : Functions.Log(1f / classes));
            return -1f;
        }
        var stride = logProbabilities.Length / Heads;
        var k = Math.Min(options.Wide, ring.Count);
        var found = search.Find(place, k);
        var farthest = _vote.Count(found, k, labels, classes, logProbabilities[stride..]);
        var few = Math.Min(options.Near, k);
        Nearest<L>.Keep(found.Distance, found.Label, k, few, farthest);
        _vote.Count(found, few, labels, classes, logProbabilities[..stride]);
        return farthest;
    }
}
