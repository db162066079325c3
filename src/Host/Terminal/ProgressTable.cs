using System.Globalization;
using MoE.Compute.Scoring;

namespace MoE.Host.Terminal;

/// <summary>
/// Lines that say how a run goes, one for every mark of the plan. Plain text; on a terminal the headings are bold.
/// </summary>
internal sealed class ProgressTable(TextWriter output, ProgressPlan plan, bool bold, TimeProvider clock)
{
    private const string Headings = "      rows   accuracy     window      kappa   experts     rows/s";

    /// <summary>The headings as a terminal shows them.</summary>
    public const string BoldHeadings = $"\e[1m{Headings}\e[0m";

    /// <summary>Rows come in bursts: a speed over less time than this says nothing.</summary>
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

    /// <summary>Writes a line where one is due, of the scores and the number of experts.</summary>
    public void Report(Scores scores, int experts)
    {
        (_last, _experts) = (scores, experts);
        if (plan.Due(scores.Rows))
            Write(scores);
    }

    /// <summary>Writes a line for what was reported last, where it is not there already.</summary>
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
