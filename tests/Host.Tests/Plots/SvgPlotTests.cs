using System.Globalization;
using System.Xml.Linq;
using MoE.Host.Plots;
using Xunit;

namespace MoE.Host.Tests.Plots;

public sealed class SvgPlotTests
{
    private static readonly string[] Routed = ["bank-1", "bank-2"];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    [InlineData(1000, 125)]
    public void Both_curves_have_as_many_points_as_the_history(int batches, int points)
    {
        var curves = Draw(Runs.Of(batches, 7, 3), Routed).Where(e => e.Name.LocalName == "polyline").ToList();
        Assert.Equal(points, Points(curves.First(c => Css(c) == "overall")).Count);
        Assert.Equal(points, Points(curves.First(c => Css(c) == "window")).Count);
    }

    [Fact]
    public void The_curve_ends_at_the_right_edge_and_lies_in_the_picture()
    {
        var curve = Points(Draw(Runs.Of(100, 7, 3), Routed).First(e => Css(e) == "window"));
        Assert.Equal(912, curve[^1].X);
        Assert.All(curve, p => Assert.True(p is { X: > 100 and <= 912, Y: >= 104 and <= 400 }, $"{p}"));
    }

    [Fact]
    public void A_name_is_shown_as_it_is_and_breaks_nothing()
    {
        var texts = Texts(Draw(Runs.Of(5, 7, 3), Routed, "</text><a&b>\"\u0001\ud800.csv"));
        Assert.Contains("</text><a&b>\"\ufffd\ufffd.csv", texts);
    }

    [Fact]
    public void The_heading_and_the_ticks_have_their_separators()
    {
        var texts = Texts(Draw(Runs.Of(1000, 7, 3), Routed));
        Assert.Contains("10,000 rows, final accuracy 75.00 %, fingerprint 0123abcd", texts);
        Assert.Contains("8,000", texts);
        Assert.Contains("60 %", texts);
    }

    [Fact]
    public void An_experts_row_of_one_colour_is_one_tile_and_its_colour_tells_its_share()
    {
        var tiles = Draw(Runs.Of(100, 8, 2), Routed).Where(e => e.Name.LocalName == "path").ToList();
        Assert.Equal(["load1", "load5"], tiles.Select(Css));
        Assert.All(tiles, t => Assert.Equal(1, t.Attribute("d")!.Value.Count(c => c == 'M')));
    }

    [Fact]
    public void Without_routed_experts_there_is_no_heat_map()
    {
        var shapes = Draw(Runs.Of(100), []);
        Assert.DoesNotContain(shapes, e => e.Name.LocalName == "path");
        Assert.DoesNotContain(Texts(shapes), text => text.Contains("routed", StringComparison.Ordinal));
        Assert.Single(Texts(shapes), "rows");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.5, 2)]
    [InlineData(1, 4)]
    [InlineData(1.1, 4)]
    [InlineData(2, 6)]
    [InlineData(32, 8)]
    public void Colours_are_even_in_the_middle_and_end_at_a_quarter_and_the_fourfold(double share, int level) =>
        Assert.Equal(level, LoadMap.Level(share));

    private static List<XElement> Draw(PlotHistory history, string[] routed, string source = "sea") =>
        [.. XDocument.Parse(SvgPlot.Draw(
            new(source, history.Points[^1].Rows, 75, "0123abcd"), history, routed)).Descendants()];

    private static List<string> Texts(IEnumerable<XElement> shapes) =>
        [.. shapes.Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    private static string Css(XElement shape) => shape.Attribute("class")?.Value ?? "";

    private static List<(double X, double Y)> Points(XElement curve) =>
        [.. curve.Attribute("points")!.Value.Split(' ').Select(p => p.Split(','))
            .Select(p => (Number(p[0]), Number(p[1])))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
