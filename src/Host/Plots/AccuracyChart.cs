using System.Globalization;
using MoE.Host.Plots.Canvases;

namespace MoE.Host.Plots;

/// <summary>A chart of the accuracy, from the first row on and over the last 1,000 rows.</summary>
internal static class AccuracyChart
{
    private const double LegendWidth = 236;
    private const double SwatchWidth = 24;

    /// <summary>Draws the chart between two heights, over an axis of rows.</summary>
    public static void Draw(ICanvas canvas, PlotHistory history, Axis rows, double top, double bottom)
    {
        var points = history.Points;
        // In the first interval the extremes are those of a few rows: they would leave the rest a narrow strip.
        var shown = points.Skip(1).SelectMany(p => (double[])[p.Lowest, p.Highest])
            .Concat(points.SelectMany(p => (double[])[p.Accuracy, p.WindowAccuracy])).ToList();
        var percents = Axis.OfPercents(shown.Min(), shown.Max(), bottom, top);
        foreach (var tick in percents.Ticks)
        {
            canvas.Line("grid", rows.Begin, percents.At(tick), rows.End, percents.At(tick));
            canvas.Text("tick end", rows.Begin - 8, percents.At(tick) + 4,
                string.Create(CultureInfo.InvariantCulture, $"{tick:0} %"));
        }
        canvas.UprightText("label middle", rows.Begin - 60, (top + bottom) / 2, "accuracy");
        canvas.Area("range",
        [
            .. points.Select(p => (rows.At(p.Rows), percents.At(Math.Min(p.Highest, percents.To)))),
            .. points.Reverse().Select(p => (rows.At(p.Rows), percents.At(Math.Max(p.Lowest, percents.From)))),
        ]);
        canvas.Curve("window", points.Select(p => (rows.At(p.Rows), percents.At(p.WindowAccuracy))));
        canvas.Curve("overall", points.Select(p => (rows.At(p.Rows), percents.At(p.Accuracy))));
        DrawLegend(canvas, rows.Begin, top - 20);
    }

    private static void DrawLegend(ICanvas canvas, double x, double y)
    {
        foreach (var (css, text) in ((string, string)[])
            [("overall", "from the first row"), ("window", "over the last 1,000 rows")])
        {
            canvas.Curve(css, [(x, y - 4), (x + SwatchWidth, y - 4)]);
            canvas.Text("tick", x + SwatchWidth + 8, y, text);
            x += LegendWidth;
        }
        canvas.Rectangle("range", x, y - 9, SwatchWidth, 10);
        canvas.Text("tick", x + SwatchWidth + 8, y, "lowest and highest between two points");
    }
}

/// <summary>Changes and drifts as vertical lines in the chart of accuracy.</summary>
internal static class MarkLines
{
    private const int MostNamed = 12;
    private const double LegendWidth = 130;

    /// <summary>Draws the lines, with names if there are few, and their legend below the axis.</summary>
    public static void Draw(ICanvas canvas, IReadOnlyList<PlotMark> marks, Axis rows, double top, double bottom)
    {
        var lines = marks.GroupBy(mark => (mark.Row, mark.Css)).ToList();
        foreach (var line in lines)
        {
            var x = rows.At(line.Key.Row);
            canvas.Mark(line.Key.Css, x, top, bottom, Title(line.Key.Row, [.. line]));
            if (lines.Count <= MostNamed)
                canvas.UprightText("name", x - 3, bottom - 6, Name([.. line]));
        }
        var at = rows.Begin;
        foreach (var (css, text) in ((string, string)[])
            [("change", "change of the pool"), ("drift", "confirmed drift")])
        {
            if (!marks.Any(mark => mark.Css == css))
                continue;
            canvas.Line(css, at + 2, bottom + 30, at + 2, bottom + 42);
            canvas.Text("tick", at + 8, bottom + 40, text);
            at += LegendWidth;
        }
    }

    private static string Name(IReadOnlyList<PlotMark> line) =>
        line.Count == 1 ? line[0].Name : $"{line[0].Name} and {line.Count - 1} more";

    private static string Title(long row, IEnumerable<PlotMark> line) => string.Join('\n', line.Select(mark =>
        string.Create(CultureInfo.InvariantCulture, $"after row {row:N0}: {mark.Text}")));
}
