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
