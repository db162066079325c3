namespace MoE.Compute.Gating;

/// <summary>The highest of a list of scores.</summary>
internal static class TopK
{
    /// <summary>Writes the places of the highest scores, highest first; of equal ones the lowest place.</summary>
    public static void Select(ReadOnlySpan<float> scores, Span<int> best)
    {
        var taken = 0;
        for (var e = 0; e < scores.Length; e++)
        {
            if (taken == best.Length && !(scores[e] > scores[best[^1]]))
                continue;
            var at = taken < best.Length ? taken++ : taken - 1;
            for (; at > 0 && scores[e] > scores[best[at - 1]]; at--)
                best[at] = best[at - 1];
            best[at] = e;
        }
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
}
