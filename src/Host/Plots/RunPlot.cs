using System.Globalization;
using MoE.Host.Plots.Canvases;

namespace MoE.Host.Plots;

/// <summary>
/// Draws a run: accuracy with marks for what happened, and below it the load of the routed experts.
/// </summary>
internal static class RunPlot
{
    private const double Width = 960;
    private const double Left = 100;
    private const double Right = Width - 48;
    private const double ChartTop = 104;
    private const double ChartBottom = 400;
    private const double AxisHeight = 52;
    private const double MapTop = ChartBottom + AxisHeight + 52;
    private const int LongestSource = 90;

    /// <summary>The picture of a run, as a file.</summary>
    /// <param name="heading">The heading.</param>
    /// <param name="history">
    /// The history of the run, with at least one interval. Without routed experts, there is no load map.
    /// </param>
    /// <param name="open">Creates the canvas with a width, a height and an alternative text.</param>
    public static byte[] Draw(PlotHeading heading, PlotHistory history, Func<double, double, string, ICanvas> open)
    {
        var routed = history.Routed.Count;
        var mapBottom = MapTop + routed * LoadMap.RowHeight(Math.Max(1, routed));
        using var canvas = open(
            Width, (routed == 0 ? ChartBottom : mapBottom) + AxisHeight, $"{heading.Source}: {heading.Result}");
        canvas.Text("title", Left, 34, Short(heading.Source));
        canvas.Text("label", Left, 58, heading.Result);
        var rows = new Axis(history.Begin, history.Points[^1].Rows, Left, Right);
        AccuracyChart.Draw(canvas, history, rows, ChartTop, ChartBottom);
        MarkLines.Draw(canvas, history.Marks, rows, ChartTop, ChartBottom);
        DrawRows(canvas, rows, ChartBottom);
        if (routed > 0)
        {
            LoadMap.Draw(canvas, history, rows, MapTop);
            DrawRows(canvas, rows, mapBottom);
        }
        return canvas.End();
    }

    private static void DrawRows(ICanvas canvas, Axis rows, double y)
    {
        canvas.Line("axis", rows.Begin, y, rows.End, y);
        foreach (var tick in rows.Ticks)
        {
            canvas.Line("axis", rows.At(tick), y, rows.At(tick), y + 5);
            canvas.Text("tick middle", rows.At(tick), y + 19, tick.ToString("N0", CultureInfo.InvariantCulture));
        }
        canvas.Text("label middle", (rows.Begin + rows.End) / 2, y + 40, "rows");
    }

    // The end of a path says more than its beginning.
    private static string Short(string source) =>
        source.Length <= LongestSource ? source : "…" + source[^(LongestSource - 1)..];
}

/// <summary>The heading of a plot.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="Rows">Rows learned in total.</param>
/// <param name="Accuracy">Final accuracy, in percent.</param>
/// <param name="Fingerprint">Hash over all numbers of the mixture.</param>
internal sealed record PlotHeading(string Source, long Rows, double Accuracy, string Fingerprint)
{
    /// <summary>All but the source, in one line.</summary>
    public string Result => string.Create(CultureInfo.InvariantCulture,
        $"{Rows:N0} rows, final accuracy {Accuracy:F2} %, fingerprint {Fingerprint}");
}
