using System.Globalization;
using MoE.Host.Plots.Canvases;

namespace MoE.Host.Plots;

/// <summary>What happened on the way, as lines across the chart of accuracy.</summary>
internal static class MarkLines
{
    private const int MostNamed = 12;
    private const double LegendWidth = 130;

    /// <summary>Draws the lines, with names where they are few, and their legend under the axis.</summary>
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
