namespace MoE.Host.Terminal;

/// <summary>When a line of progress is due: after 1,000 rows, 2,000, 4,000 and so on, or after every so many.</summary>
/// <param name="every">Rows from line to line; null for the doubling.</param>
/// <param name="begin">Rows learned before.</param>
internal sealed class ProgressPlan(long? every = null, long begin = 0)
{
    private const long First = 1000;

    private long _next = NextAfter(begin, every);

    /// <summary>Whether a mark was reached since the last time that the answer was yes.</summary>
    public bool Due(long rows)
    {
        if (rows < _next)
            return false;
        _next = NextAfter(rows, every);
        return true;
    }

    private static long NextAfter(long rows, long? every)
    {
        if (every is { } step)
            return (rows / step + 1) * step;
        var next = First;
        while (next <= rows)
            next *= 2;
        return next;
    }
}
