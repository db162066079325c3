using System.Globalization;
using MoE.Compute.Scoring;

namespace MoE.Host.Terminal;

/// <summary>
/// Progress lines of a run, as the plan asks for them. Plain text, with bold headings on a terminal.
/// </summary>
internal sealed class ProgressTable(TextWriter output, ProgressPlan plan, bool bold, TimeProvider clock)
{
    private const string Headings = "      rows   accuracy     window      kappa   experts     rows/s";

    /// <summary>The headings for a terminal.</summary>
    public const string BoldHeadings = $"\e[1m{Headings}\e[0m";

    /// <summary>Rows arrive in bursts, so a speed over less time than this is meaningless.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private long _begin = clock.GetTimestamp();
    private long _rowsAtBegin;
    private long _since = clock.GetTimestamp();
    private long _rowsBefore;
    private Scores? _last;
    private int _experts;
    private long _written = -1;

    /// <summary>Writes the headings and starts the clock; <paramref name="rows"/> were learned before.</summary>
    public void Begin(long rows)
    {
        output.WriteLine();
        output.WriteLine(bold ? BoldHeadings : Headings);
        (_rowsBefore, _since) = (rows, clock.GetTimestamp());
        (_rowsAtBegin, _begin) = (_rowsBefore, _since);
    }

    /// <summary>Writes a line with the scores and the number of experts, if one is due.</summary>
    public void Report(Scores scores, int experts)
    {
        (_last, _experts) = (scores, experts);
        if (plan.Due(scores.Rows))
            Write(scores);
    }

    /// <summary>Writes a line for the last report, unless it was already written.</summary>
    public void End()
    {
        if (_last is { Rows: > 0 } scores && scores.Rows != _written)
            Write(scores);
        output.WriteLine();
    }

    private void Write(Scores scores)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scores.Rows,10:N0}  {scores.Accuracy,7:F2} %  {scores.WindowAccuracy,7:F2} %  ")
            + string.Create(
                CultureInfo.InvariantCulture, $"{scores.Kappa,7:F2} %  {_experts,8}  {Speed(scores.Rows),9}"));
        _written = scores.Rows;
    }

    // Since the line before; where that was a moment ago, since the begin; where that was too, nothing can be said.
    private string Speed(long rows)
    {
        if (SpeedSince(rows, _since, _rowsBefore) is { } speed)
        {
            (_rowsBefore, _since) = (rows, clock.GetTimestamp());
            return speed;
        }
        return SpeedSince(rows, _begin, _rowsAtBegin) ?? "-";
    }

    private string? SpeedSince(long rows, long since, long rowsBefore) => clock.GetElapsedTime(since) is var time
        && time >= Shortest
        ? ((rows - rowsBefore) / time.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture) : null;
}

/// <summary>
/// Decides when a progress line is due: after 1,000, 2,000, 4,000 rows and so on, or at a fixed interval.
/// </summary>
/// <param name="every">Rows between two lines; null to double them.</param>
/// <param name="begin">Rows learned before.</param>
internal sealed class ProgressPlan(long? every = null, long begin = 0)
{
    private const long First = 1000;

    private long _next = NextAfter(begin, every);

    /// <summary>Whether a line is due since the last one.</summary>
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
