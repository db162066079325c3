namespace MoE.Compute.Experts.Mlp;

/// <summary>
/// When and how far averaged weights follow: every row at the start, where the average is a plain mean, then every 8
/// rows at a rate that falls to the one asked for.
/// </summary>
internal static class MlpAverageRule
{
    private const int Every = 8;
    private const int EveryRowUntil = 64;

    /// <summary>Part of the old average that counts as nothing.</summary>
    private const float Forgotten = 1e-6f;

    /// <summary>Whether the average takes a step after so many rows.</summary>
    public static bool IsDue(long rows) => rows < EveryRowUntil || rows % Every == 0;

    /// <summary>Steps that so many rows make.</summary>
    public static long StepsOf(long rows) =>
        rows < EveryRowUntil ? rows : EveryRowUntil - 1 + ((rows - EveryRowUntil) / Every) + 1;

    /// <summary>How far a step goes, from 0 to 1.</summary>
    public static float RateOf(float rate, long step)
    {
        if (step < EveryRowUntil)
            return Math.Max(rate, 1f / step);
        var rows = EveryRowUntil + (Every * (step - EveryRowUntil));
        return Math.Min(0.5f, Math.Max(rate * Every, (float)Every / rows));
    }

    /// <summary>How far the steps behind <paramref name="since"/> go together, for weights that stood still.</summary>
    public static float Missed(float rate, long since, long steps)
    {
        var kept = 1f;
        for (var step = since + 1; step <= steps && kept > Forgotten; step++)
        {
            var left = 1f - RateOf(rate, step);
            if (left == 1f)
                break;                                       // the rates only fall: none of the later ones counts
            kept *= left;
        }
        return 1f - kept;
    }
}
