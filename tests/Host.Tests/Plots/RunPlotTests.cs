using System.Globalization;
using System.Text;
using System.Xml.Linq;
using MoE.Compute.Rosters;
using MoE.Host.Plots;
using MoE.Host.Plots.Canvases;
using Xunit;

namespace MoE.Host.Tests.Plots;

public sealed class RunPlotTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    [InlineData(1000, 125)]
    public void Both_curves_have_as_many_points_as_the_history(int batches, int points)
    {
        var curves = Draw(Runs.Of(batches, 7, 3)).Where(e => e.Name.LocalName == "polyline").ToList();
        Assert.Equal(points, Points(curves.First(c => Css(c) == "overall")).Count);
        Assert.Equal(points, Points(curves.First(c => Css(c) == "window")).Count);
    }

    [Fact]
    public void The_curve_ends_at_the_right_edge_and_lies_in_the_picture()
    {
        var curve = Points(Draw(Runs.Of(100, 7, 3)).First(e => Css(e) == "window"));
        Assert.Equal(912, curve[^1].X);
        Assert.All(curve, p => Assert.True(p is { X: > 100 and <= 912, Y: >= 104 and <= 400 }, $"{p}"));
    }

    [Fact]
    public void A_name_is_shown_as_it_is_and_breaks_nothing()
    {
        var texts = Texts(Draw(Runs.Of(5, 7, 3), "</text><a&b>\"\u0001\ud800.csv"));
        Assert.Contains("</text><a&b>\"\ufffd\ufffd.csv", texts);
    }

    [Fact]
    public void The_heading_and_the_ticks_have_their_separators()
    {
        var texts = Texts(Draw(Runs.Of(1000, 7, 3)));
        Assert.Contains("10,000 rows, final accuracy 75.00 %, fingerprint 0123abcd", texts);
        Assert.Contains("8,000", texts);
        Assert.Contains("60 %", texts);
    }

    [Fact]
    public void An_experts_row_of_one_colour_is_one_tile_and_its_colour_tells_its_share()
    {
        var tiles = Draw(Runs.Of(100, 8, 2)).Where(e => e.Name.LocalName == "path").ToList();
        Assert.Equal(["load1", "load5"], tiles.Select(Css));
        Assert.All(tiles, t => Assert.Equal(1, t.Attribute("d")!.Value.Count(c => c == 'M')));
    }

    [Fact]
    public void Without_routed_experts_there_is_no_heat_map()
    {
        var shapes = Draw(Runs.Of(100));
        Assert.DoesNotContain(shapes, e => e.Name.LocalName == "path");
        Assert.DoesNotContain(Texts(shapes), text => text.Contains("routed", StringComparison.Ordinal));
        Assert.Single(Texts(shapes), "rows");
    }

    [Fact]
    public void A_change_is_a_line_with_its_name_and_a_title()
    {
        var shapes = Draw(Changed());
        var line = Assert.Single(shapes, e => e.Name.LocalName == "line" && Css(e) == "change" && e.HasElements);
        Assert.Equal("after row 50: retired bank-1: it is old", line.Value);
        Assert.Equal("506", line.Attribute("x1")!.Value);
        Assert.Contains("retired bank-1", Texts(shapes));
        Assert.Contains("change of the pool", Texts(shapes));
        Assert.DoesNotContain("confirmed drift", Texts(shapes));
    }

    [Fact]
    public void The_row_of_an_expert_that_has_gone_is_a_thin_line_from_there_on()
    {
        var gone = Draw(Changed()).Where(e => Css(e) == "grid" && e.Attribute("x1")!.Value == "506").ToList();
        Assert.Equal("912", Assert.Single(gone).Attribute("x2")!.Value);
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

    // The first of two routed experts goes in the middle.
    private static PlotHistory Changed()
    {
        var (history, roster) = (new PlotHistory(0), Runs.Pool(2));
        var change = roster.Decide(new RetireExpert("bank-1") { Reason = "it is old" }, 6, 1).Change!;
        for (var batch = 1; batch <= 10; batch++)
            history.Add(batch <= 5
                ? new(Runs.After(batch * Runs.Batch, 50), roster, [7, 3], [])
                : new(Runs.After(batch * Runs.Batch, 50), roster.With(change), [10], batch == 6 ? [change] : []));
        return history;
    }

    private static List<XElement> Draw(PlotHistory history, string source = "sea") =>
        [.. XDocument.Parse(Encoding.UTF8.GetString(RunPlot.Draw(
            new(source, history.Points[^1].Rows, 75, "0123abcd"), history,
            (width, height, name) => new SvgCanvas(width, height, name)))).Descendants()];

    private static List<string> Texts(IEnumerable<XElement> shapes) =>
        [.. shapes.Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    private static string Css(XElement shape) => shape.Attribute("class")?.Value ?? "";

    private static List<(double X, double Y)> Points(XElement curve) =>
        [.. curve.Attribute("points")!.Value.Split(' ').Select(p => p.Split(','))
            .Select(p => (Number(p[0]), Number(p[1])))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
