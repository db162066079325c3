using System.Globalization;

namespace MoE.Host.Plots;

/// <summary>
/// Draws a run as one SVG that needs nothing else: accuracy, and below it the load of the routed experts.
/// </summary>
internal static class SvgPlot
{
    private const double Width = 960;
    private const double Left = 100;
    private const double Right = Width - 48;
    private const double ChartTop = 104;
    private const double ChartBottom = 400;
    private const double AxisHeight = 52;
    private const double MapTop = ChartBottom + AxisHeight + 52;
    private const int LongestSource = 90;

    private static readonly string Style = """
        text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #222 }
        .title { font-size: 17px; font-weight: 600 } .label { font-size: 13px } .name { font-size: 10px }
        .end { text-anchor: end } .middle { text-anchor: middle }
        .paper { fill: #fff } .grid { stroke: #e2e2e2 } .axis { stroke: #444 }
        polyline { fill: none; stroke-linejoin: round } .overall { stroke: #1b1b1b; stroke-width: 2 }
        .window { stroke: #d95f02; stroke-width: 1.5 } .range { fill: #d95f02; fill-opacity: .2 }
        path { shape-rendering: crispEdges } .swatch { stroke: #bbb; stroke-width: .5 }
        """ + string.Concat(LoadMap.Colours.Index().Select(c => $"\n.load{c.Index} {{ fill: {c.Item} }}")) + "\n";

    /// <summary>The picture of a run.</summary>
    /// <param name="heading">What stands over it.</param>
    /// <param name="history">How the run went; one interval at least.</param>
    /// <param name="routed">
    /// Names of the routed experts, in the pool's order; without any there is no lower part.
    /// </param>
    public static string Draw(PlotHeading heading, PlotHistory history, IReadOnlyList<string> routed)
    {
        var mapBottom = MapTop + routed.Count * LoadMap.RowHeight(Math.Max(1, routed.Count));
        using var canvas = new SvgCanvas(Width, (routed.Count == 0 ? ChartBottom : mapBottom) + AxisHeight,
            $"{heading.Source}: {heading.Result}", Style);
        canvas.Text("title", Left, 34, Short(heading.Source));
        canvas.Text("label", Left, 58, heading.Result);
        var rows = new Axis(history.Begin, history.Points[^1].Rows, Left, Right);
        AccuracyChart.Draw(canvas, history, rows, ChartTop, ChartBottom);
        DrawRows(canvas, rows, ChartBottom);
        if (routed.Count > 0)
        {
            LoadMap.Draw(canvas, history, routed, rows, MapTop);
            DrawRows(canvas, rows, mapBottom);
        }
        return canvas.End();
    }

    private static void DrawRows(SvgCanvas canvas, Axis rows, double y)
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
