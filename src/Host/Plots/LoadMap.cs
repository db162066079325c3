using MoE.Host.Plots.Canvases;

namespace MoE.Host.Plots;

/// <summary>
/// The load of the routed experts as a heat map, with a row per expert and a column per interval. The colour is the
/// number of rows that the expert got in the interval, relative to an even share; a thin line means that the expert did
/// not exist.
/// </summary>
internal static class LoadMap
{
    /// <summary>Colours from a quarter of an even share or less to its fourfold or more.</summary>
    public static readonly IReadOnlyList<string> Colours =
        ["#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b"];

    private const int Absent = -1;
    private const int Even = 4;
    private const int LevelsPerDoubling = 2;
    private const double SwatchWidth = 36;
    private const double LetterHeight = 11;
    private const int LongestName = 12;

    /// <summary>Height of the row of an expert in pixels, depending on the number of experts.</summary>
    public static double RowHeight(int experts) => Math.Clamp(Math.Floor(384d / experts), 2, 20);

    /// <summary>Draws the map under a height, and its legend over it.</summary>
    public static void Draw(ICanvas canvas, PlotHistory history, Axis rows, double top)
    {
        var height = RowHeight(history.Routed.Count);
        foreach (var level in Tiles(history).GroupBy(t => t.Level).OrderBy(l => l.Key))
        {
            var tiles = level.Select(t => (X: rows.At(t.From), Y: top + t.Row * height,
                Width: rows.At(t.To) - rows.At(t.From), Height: height));
            if (level.Key == Absent)
                foreach (var (x, y, width, _) in tiles)
                    canvas.Line("grid", x, y + height / 2, x + width, y + height / 2);
            else
                canvas.Tiles($"load{level.Key}", tiles);
        }
        var namedRows = (int)Math.Ceiling(LetterHeight / height);
        foreach (var (row, name) in history.Routed.Values.Index().Where(name => name.Index % namedRows == 0))
            canvas.Text("name end", rows.Begin - 8, top + row * height + height / 2 + 3, Short(name));
        DrawLegend(canvas, rows.Begin, top - 12);
    }

    /// <summary>The colour of a share of rows, 1 being an even one.</summary>
    public static int Level(double share) => share <= 0 ? 0
        : (int)Math.Clamp(Math.Round(Math.Log2(share) * LevelsPerDoubling) + Even, 0, Colours.Count - 1);

    // Neighbours of one colour are one tile.
    private static IEnumerable<(int Row, int Level, long From, long To)> Tiles(PlotHistory history)
    {
        foreach (var (row, key) in history.Routed.Keys.Index())
        {
            var (level, from, to) = (Absent, history.Begin, history.Begin);
            foreach (var point in history.Points)
            {
                var next = point.Load.TryGetValue(key, out var load)
                    ? Level((double)load * point.Load.Count / point.Load.Values.Sum())
                    : Absent;
                if (next != level && to > from)
                    yield return (row, level, from, to);
                if (next != level)
                    (level, from) = (next, to);
                to = point.Rows;
            }
            yield return (row, level, from, to);
        }
    }

    private static void DrawLegend(ICanvas canvas, double x, double y)
    {
        canvas.Text("tick", x, y, "rows given to each routed expert, relative to an even share");
        x += 392;
        for (var level = 0; level < Colours.Count; level++)
            canvas.Rectangle($"load{level} swatch", x + level * SwatchWidth, y - 10, SwatchWidth, 12);
        foreach (var (level, text) in ((int, string)[])
            [(0, "1/4 or less"), (2, "1/2"), (Even, "even"), (6, "2 times"), (8, "4 or more")])
            canvas.Text("name middle", x + (level + 0.5) * SwatchWidth, y - 15, text);
    }

    private static string Short(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";
}
