using System.Globalization;
using System.Text;
using System.Xml;

namespace MoE.Host.Plots.Canvases;

/// <summary>Writes the shapes of one SVG, which is well-formed for every text.</summary>
internal sealed class SvgCanvas : ICanvas
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    private readonly StringBuilder _text = new();
    private readonly XmlWriter _xml;

    /// <summary>A white picture with an alternative text.</summary>
    public SvgCanvas(double width, double height, string name)
    {
        _xml = XmlWriter.Create(_text, new() { OmitXmlDeclaration = true, Indent = true, NewLineChars = "\n" });
        _xml.WriteStartElement("svg", Namespace);
        Write([("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("width", Number(width)),
            ("height", Number(height)), ("role", "img")]);
        _xml.WriteElementString("title", Namespace, Clean(name));
        _xml.WriteElementString("style", Namespace, PlotStyle.Text);
        Shape("rect", "paper", [("width", "100%"), ("height", "100%")]);
    }

    public void Rectangle(string css, double x, double y, double width, double height) => Shape("rect", css,
        [("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height))]);

    public void Line(string css, double x1, double y1, double x2, double y2) => Shape("line", css,
        [("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2))]);

    public void Curve(string css, IEnumerable<(double X, double Y)> points) =>
        Shape("polyline", css, [("points", Join(points))]);

    public void Area(string css, IEnumerable<(double X, double Y)> points) =>
        Shape("polygon", css, [("points", Join(points))]);

    // One shape for all of them keeps the file small.
    public void Tiles(string css, IEnumerable<(double X, double Y, double Width, double Height)> tiles) =>
        Shape("path", css, [("d", string.Concat(tiles.Select(t =>
            $"M{Number(t.X)} {Number(t.Y)}h{Number(t.Width)}v{Number(t.Height)}h{Number(-t.Width)}z")))]);

    public void Mark(string css, double x, double top, double bottom, string title)
    {
        Begin("line", css, [("x1", Number(x)), ("y1", Number(top)), ("x2", Number(x)), ("y2", Number(bottom))]);
        _xml.WriteElementString("title", Namespace, Clean(title));
        _xml.WriteEndElement();
    }

    public void Text(string css, double x, double y, string text)
    {
        Begin("text", css, [("x", Number(x)), ("y", Number(y))]);
        _xml.WriteString(Clean(text));
        _xml.WriteEndElement();
    }

    public void UprightText(string css, double x, double y, string text)
    {
        Begin("text", css, [("transform", $"translate({Number(x)} {Number(y)}) rotate(-90)")]);
        _xml.WriteString(Clean(text));
        _xml.WriteEndElement();
    }

    public byte[] End()
    {
        _xml.WriteEndElement();
        _xml.Flush();
        return Encoding.UTF8.GetBytes(_text.Append('\n').ToString());
    }

    public void Dispose() => _xml.Dispose();

    private void Shape(string name, string css, ReadOnlySpan<(string, string)> attributes)
    {
        Begin(name, css, attributes);
        _xml.WriteEndElement();
    }

    private void Begin(string name, string css, ReadOnlySpan<(string, string)> attributes)
    {
        _xml.WriteStartElement(name, Namespace);
        _xml.WriteAttributeString("class", css);
        Write(attributes);
    }

    private void Write(ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
            _xml.WriteAttributeString(name, value);
    }

    private static string Join(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(p => $"{Number(p.X)},{Number(p.Y)}"));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    // XML has no way to write most control characters, which the name of a file may hold.
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(r =>
        r.IsBmp && !XmlConvert.IsXmlChar((char)r.Value) ? Rune.ReplacementChar : r));
}
