using System.Globalization;
using System.Text.RegularExpressions;

namespace MoE.Host.Plots.Canvases;

/// <summary>
/// A picture that is being drawn. Lengths are in pixels from the upper left corner; <c>css</c> names classes of
/// <see cref="PlotStyle"/>.
/// </summary>
internal interface ICanvas : IDisposable
{
    /// <summary>A rectangle.</summary>
    void Rectangle(string css, double x, double y, double width, double height);

    /// <summary>A straight line.</summary>
    void Line(string css, double x1, double y1, double x2, double y2);

    /// <summary>A line through points.</summary>
    void Curve(string css, IEnumerable<(double X, double Y)> points);

    /// <summary>A filled polygon.</summary>
    void Area(string css, IEnumerable<(double X, double Y)> points);

    /// <summary>Rectangles of one colour.</summary>
    void Tiles(string css, IEnumerable<(double X, double Y, double Width, double Height)> tiles);

    /// <summary>A vertical line with a tooltip.</summary>
    void Mark(string css, double x, double top, double bottom, string title);

    /// <summary>A text on a line.</summary>
    void Text(string css, double x, double y, string text);

    /// <summary>A text that runs from bottom to top.</summary>
    void UprightText(string css, double x, double y, string text);

    /// <summary>Finishes the picture and returns it as a file.</summary>
    byte[] End();
}

/// <summary>How shapes look: one style sheet for every canvas.</summary>
internal static partial class PlotStyle
{
    /// <summary>The rules, in the part of CSS that <see cref="Of"/> reads: selectors are elements or classes.</summary>
    public static readonly string Text = """
        text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px; fill: #222 }
        .title { font-size: 17px; font-weight: 600 } .label { font-size: 13px } .name { font-size: 10px }
        .end { text-anchor: end } .middle { text-anchor: middle }
        .paper { fill: #fff } .grid { stroke: #e2e2e2 } .axis { stroke: #444 }
        polyline { fill: none; stroke-linejoin: round } .overall { stroke: #1b1b1b; stroke-width: 2 }
        .window { stroke: #d95f02; stroke-width: 1.5 } .range { fill: #d95f02; fill-opacity: .2 }
        .change { stroke: #1b7837; stroke-width: 1.5 } .drift { stroke: #762a83; stroke-width: 1.5 }
        path { shape-rendering: crispEdges } .swatch { stroke: #bbb; stroke-width: .5 }
        """ + string.Concat(LoadMap.Colours.Index().Select(c => $"\n.load{c.Index} {{ fill: {c.Item} }}")) + "\n";

    private static readonly (string Selector, string Name, string Value)[] Rules =
    [
        .. Rule().Matches(Text).SelectMany(rule => rule.Groups["body"].Value
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(declaration => declaration.Split(':', 2, StringSplitOptions.TrimEntries))
            .Select(pair => (rule.Groups["selector"].Value, pair[0], pair[1]))),
    ];

    /// <summary>A property of an element with these classes, by the last rule that names it; null for none.</summary>
    public static string? Of(string element, string css, string property)
    {
        var classes = css.Split(' ');
        return Rules.LastOrDefault(rule => rule.Name == property
            && (rule.Selector == element || (rule.Selector[0] == '.' && classes.Contains(rule.Selector[1..])))).Value;
    }

    /// <summary>A length or a number among the properties.</summary>
    public static float Number(string element, string css, string property, float otherwise) =>
        Of(element, css, property) is { } text
            ? float.Parse(text.Replace("px", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            : otherwise;

    [GeneratedRegex(@"(?<selector>[.\w]+)\s*\{(?<body>[^}]*)\}")]
    private static partial Regex Rule();
}
