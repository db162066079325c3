using System.Numerics;
using System.Runtime.InteropServices;

namespace MoE.Compute.Numerics;

/// <summary>The highest of a list of scores.</summary>
internal static class TopK
{
    /// <summary>
    /// Writes the places of the highest scores, highest first; of equal ones the lowest place. Scores that are -∞ or
    /// no numbers are never taken.
    /// </summary>
    /// <param name="scores">The scores, in whole blocks of 16.</param>
    /// <param name="best">The places, one at least.</param>
    /// <param name="bestScores">Room for their scores.</param>
    /// <returns>Places written.</returns>
    public static int Select<L>(ReadOnlySpan<float> scores, Span<int> best, Span<float> bestScores)
        where L : struct, ILanes<L>
    {
        ref var first = ref MemoryMarshal.GetReference(scores);
        var (taken, least) = (0, Floor<L>(scores, best.Length));
        for (var at = 0; at < scores.Length; at += ClassVectors.Block)
        {
            var above = ~L.Below(L.Load(ref first, (nuint)at), L.Broadcast(least)) & ((1u << ClassVectors.Block) - 1);
            for (; above != 0; above &= above - 1)
            {
                var place = at + BitOperations.TrailingZeroCount(above);
                var score = scores[place];
                if (!(score > (taken == best.Length ? least : float.NegativeInfinity)))
                    continue;
                var to = taken < best.Length ? taken++ : taken - 1;
                for (; to > 0 && score > bestScores[to - 1]; to--)
                    (best[to], bestScores[to]) = (best[to - 1], bestScores[to - 1]);
                (best[to], bestScores[to]) = (place, score);
                if (taken == best.Length)
                    least = bestScores[taken - 1];
            }
        }
        return taken;
    }

    /// <summary>Place of the highest score; of equal ones the lowest place.</summary>
    public static int First(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var c = 1; c < scores.Length; c++)
            if (scores[c] > scores[best])
                best = c;
        return best;
    }

    /// <summary>
    /// A bound that k scores at least reach: the lowest of the greatest of k parts of the scores. It spares most of
    /// the places that would be taken only to be pushed out.
    /// </summary>
    private static float Floor<L>(ReadOnlySpan<float> scores, int k) where L : struct, ILanes<L>
    {
        if (scores.Length <= 2 * ClassVectors.Block || k > ClassVectors.Block)
            return float.NegativeInfinity;
        ref var first = ref MemoryMarshal.GetReference(scores);
        var greatest = L.Load(ref first, 0);
        for (var at = ClassVectors.Block; at < scores.Length; at += ClassVectors.Block)
            greatest = L.Max(greatest, L.Load(ref first, (nuint)at));
        Span<float> lanes = stackalloc float[ClassVectors.Block];
        greatest.Store(ref MemoryMarshal.GetReference(lanes), 0);
        for (var lane = k; lane < lanes.Length; lane++)
            lanes[lane % k] = Math.Max(lanes[lane % k], lanes[lane]);
        var floor = lanes[0];
        for (var lane = 1; lane < k; lane++)
            floor = Math.Min(floor, lanes[lane]);
        return float.IsNaN(floor) ? float.NegativeInfinity : floor;
    }
}
