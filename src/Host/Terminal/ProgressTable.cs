using System.Globalization;
using MoE.Compute.Evaluation;

namespace MoE.Host.Terminal;

/// <summary>
/// Lines that say how a run goes, one for every mark of the plan. Plain text; on a terminal the headings are bold.
/// </summary>
internal sealed class ProgressTable(TextWriter output, ProgressPlan plan, bool bold, TimeProvider clock)
{
    private const string Headings = "      rows   accuracy     window      kappa   experts     rows/s";

    private long _since = clock.GetTimestamp();
    private long _rowsBefore;
    private Scores? _last;
    private int _experts;
    private long _written = -1;

    /// <summary>Writes the headings and starts the clock; <paramref name="rows"/> were learned before.</summary>
    public void Begin(long rows)
    {
        output.WriteLine();
        output.WriteLine(bold ? $"\e[1m{Headings}\e[0m" : Headings);
        (_rowsBefore, _since) = (rows, clock.GetTimestamp());
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
        var seconds = clock.GetElapsedTime(_since).TotalSeconds;
        var speed = seconds > 0 ? (scores.Rows - _rowsBefore) / seconds : 0;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scores.Rows,10:N0}  {scores.Accuracy,7:F2} %  {scores.WindowAccuracy,7:F2} %  ")
            + string.Create(CultureInfo.InvariantCulture, $"{scores.Kappa,7:F2} %  {_experts,8}  {speed,9:N0}"));
        (_written, _rowsBefore, _since) = (scores.Rows, scores.Rows, clock.GetTimestamp());
    }
}
