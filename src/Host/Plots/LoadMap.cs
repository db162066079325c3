namespace MoE.Host.Plots;

/// <summary>
/// The load of the routed experts as a heat map: a row an expert, a column an interval; the colour says how many of
/// the interval's rows the router gave the expert, relative to an even share.
/// </summary>
internal static class LoadMap
{
    /// <summary>Colours from a quarter of an even share or less to its fourfold or more.</summary>
    public static readonly IReadOnlyList<string> Colours =
        ["#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b"];

    private const int Even = 4;
    private const int LevelsPerDoubling = 2;
    private const double SwatchWidth = 36;
    private const double LetterHeight = 11;
    private const int LongestName = 12;

    /// <summary>Height of an expert's row for so many experts, in pixels.</summary>
    public static double RowHeight(int experts) => Math.Clamp(Math.Floor(384d / experts), 2, 20);

    /// <summary>Draws the map under a height, and its legend over it.</summary>
    public static void Draw(
        SvgCanvas canvas, PlotHistory history, IReadOnlyList<string> experts, Axis rows, double top)
    {
        var height = RowHeight(experts.Count);
        var tiles = Tiles(history, experts.Count).Select(t => (t.Level, Tile: (X: rows.At(t.From),
            Y: top + t.Expert * height, Width: rows.At(t.To) - rows.At(t.From), Height: height)));
        foreach (var level in tiles.GroupBy(t => t.Level, t => t.Tile).OrderBy(l => l.Key))
            canvas.Tiles($"load{level.Key}", level);
        var namedRows = (int)Math.Ceiling(LetterHeight / height);
        for (var expert = 0; expert < experts.Count; expert += namedRows)
            canvas.Text("name end", rows.Begin - 8, top + expert * height + height / 2 + 3, Short(experts[expert]));
        DrawLegend(canvas, rows.Begin, top - 12);
    }

    /// <summary>The colour of a share of rows, 1 being an even one.</summary>
    public static int Level(double share) => share <= 0 ? 0
        : (int)Math.Clamp(Math.Round(Math.Log2(share) * LevelsPerDoubling) + Even, 0, Colours.Count - 1);

    // Neighbours of one colour are one tile.
    private static IEnumerable<(int Expert, int Level, long From, long To)> Tiles(PlotHistory history, int experts)
    {
        var points = history.Points;
        var even = points.Select(p => (double)p.Load.Sum() / experts).ToList();
        for (var expert = 0; expert < experts; expert++)
        {
            var from = history.Begin;
            for (var i = 0; i < points.Count; i++)
            {
                var level = Level(points[i].Load[expert] / even[i]);
                if (i + 1 < points.Count && Level(points[i + 1].Load[expert] / even[i + 1]) == level)
                    continue;
                yield return (expert, level, from, points[i].Rows);
                from = points[i].Rows;
            }
        }
    }

    private static void DrawLegend(SvgCanvas canvas, double x, double y)
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
