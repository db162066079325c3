using SkiaSharp;

namespace MoE.Host.Plots.Canvases;

/// <summary>
/// Paints the shapes of one PNG, two pixels a unit. Its letters come with the program, so that a picture is the same on
/// every machine, also where no font is installed.
/// </summary>
internal sealed class PngCanvas : ICanvas
{
    private const float PixelsPerUnit = 2;
    private const int Bold = 600;

    private static readonly SKTypeface Typeface = LoadTypeface();

    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;

    public PngCanvas(double width, double height)
    {
        _bitmap = new SKBitmap((int)(width * PixelsPerUnit), (int)(height * PixelsPerUnit));
        _canvas = new SKCanvas(_bitmap);
        _canvas.Scale(PixelsPerUnit);
        Rectangle("paper", 0, 0, width, height);
    }

    /// <summary>Why PNG files cannot be drawn on this machine, in one sentence; null if they can.</summary>
    public static string? Problem()
    {
        try
        {
            return Typeface.GlyphCount > 0 ? null : "the font was not found";
        }
        catch (TypeInitializationException e) when (e.GetBaseException() is DllNotFoundException)
        {
            return "SkiaSharp's native library for this system was not found";
        }
    }

    public void Rectangle(string css, double x, double y, double width, double height) => Paint("rect", css,
        paint => _canvas.DrawRect((float)x, (float)y, (float)width, (float)height, paint));

    public void Line(string css, double x1, double y1, double x2, double y2) => Paint("line", css,
        paint => _canvas.DrawLine((float)x1, (float)y1, (float)x2, (float)y2, paint));

    public void Curve(string css, IEnumerable<(double X, double Y)> points)
    {
        using var path = Path(points, close: false);
        Paint("polyline", css, paint => _canvas.DrawPath(path, paint));
    }

    public void Area(string css, IEnumerable<(double X, double Y)> points)
    {
        using var path = Path(points, close: true);
        Paint("polygon", css, paint => _canvas.DrawPath(path, paint));
    }

    public void Tiles(string css, IEnumerable<(double X, double Y, double Width, double Height)> tiles)
    {
        foreach (var (x, y, width, height) in tiles)
            Paint("path", css, paint => _canvas.DrawRect((float)x, (float)y, (float)width, (float)height, paint));
    }

    // Nobody can point at a PNG: the title is left out.
    public void Mark(string css, double x, double top, double bottom, string title) => Line(css, x, top, x, bottom);

    public void Text(string css, double x, double y, string text)
    {
        using var font = new SKFont(Typeface, PlotStyle.Number("text", css, "font-size", 12))
        {
            Embolden = PlotStyle.Number("text", css, "font-weight", 0) >= Bold,
            Subpixel = true,
        };
        var align = PlotStyle.Of("text", css, "text-anchor") switch
        {
            "end" => SKTextAlign.Right,
            "middle" => SKTextAlign.Center,
            _ => SKTextAlign.Left,
        };
        Paint("text", css, paint => _canvas.DrawText(text, (float)x, (float)y, align, font, paint));
    }

    public void UprightText(string css, double x, double y, string text)
    {
        _canvas.Save();
        _canvas.Translate((float)x, (float)y);
        _canvas.RotateDegrees(-90);
        Text(css, 0, 0, text);
        _canvas.Restore();
    }

    public byte[] End()
    {
        using var png = _bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    public void Dispose()
    {
        _canvas.Dispose();
        _bitmap.Dispose();
    }

    private static void Paint(string element, string css, Action<SKPaint> draw)
    {
        var isCrisp = element is "path" or "rect";
        var isLine = element is "line" or "polyline";
        if (PlotStyle.Of(element, css, "fill") is { } fill && fill != "none" && !isLine)
            Paint(fill, PlotStyle.Number(element, css, "fill-opacity", 1), SKPaintStyle.Fill, 0, isCrisp, draw);
        if (PlotStyle.Of(element, css, "stroke") is { } stroke)
            Paint(stroke, 1, SKPaintStyle.Stroke, PlotStyle.Number(element, css, "stroke-width", 1), isCrisp, draw);
    }

    private static void Paint(
        string colour, float opacity, SKPaintStyle style, float width, bool isCrisp, Action<SKPaint> draw)
    {
        using var paint = new SKPaint
        {
            Color = SKColor.Parse(colour).WithAlpha((byte)MathF.Round(255 * opacity)),
            Style = style,
            StrokeWidth = width,
            StrokeJoin = SKStrokeJoin.Round,
            IsAntialias = !isCrisp,
        };
        draw(paint);
    }

    private static SKPath Path(IEnumerable<(double X, double Y)> points, bool close)
    {
        using var builder = new SKPathBuilder();
        builder.AddPoly([.. points.Select(p => new SKPoint((float)p.X, (float)p.Y))], close);
        return builder.Detach();
    }

    private static SKTypeface LoadTypeface()
    {
        using var letters = typeof(PngCanvas).Assembly.GetManifestResourceStream("DejaVuSans.ttf")
            ?? throw new InvalidOperationException("The assembly was built without DejaVuSans.ttf.");
        return SKTypeface.FromStream(letters);
    }
}
