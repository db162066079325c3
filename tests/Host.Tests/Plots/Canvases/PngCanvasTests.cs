using MoE.Host.Plots.Canvases;
using SkiaSharp;
using Xunit;

namespace MoE.Host.Tests.Plots.Canvases;

public sealed class PngCanvasTests
{
    private const int PixelsPerUnit = 2;

    [Fact]
    public void Shapes_have_the_colours_of_the_style_sheet_at_their_places()
    {
        using var picture = Draw(canvas =>
        {
            canvas.Tiles("load0", [(10, 10, 20, 5), (40, 10, 20, 5)]);
            canvas.Line("overall", 0, 30, 100, 30);
            canvas.Area("paper", [(0, 32), (100, 32), (100, 40)]);
        });
        Assert.Equal((200, 100), (picture.Width, picture.Height));
        Assert.Equal(SKColor.Parse("#2166ac"), At(picture, 45, 12));
        Assert.Equal(SKColor.Parse("#1b1b1b"), At(picture, 50, 30));
        Assert.Equal(SKColors.White, At(picture, 35, 12));
    }

    [Theory]
    [InlineData("tick", 50, 100)]
    [InlineData("tick end", 0, 50)]
    [InlineData("tick middle", 25, 75)]
    public void Text_is_drawn_without_any_font_on_the_machine_and_stands_as_the_style_says(string css, int from, int to)
    {
        using var picture = Draw(canvas => canvas.Text(css, 50, 25, "Año 7"));
        var columns = Inked(picture).Select(pixel => pixel.X / PixelsPerUnit).ToList();
        Assert.True(columns.Count > 50, $"{columns.Count} pixels are inked");
        Assert.InRange(columns.Min(), from, to);
        Assert.InRange(columns.Max(), from, to);
    }

    [Fact]
    public void Upright_text_runs_upwards()
    {
        using var picture = Draw(canvas => canvas.UprightText("name", 50, 45, "upwards"));
        var inked = Inked(picture).ToList();
        Assert.InRange(inked.Min(p => p.X), 40 * PixelsPerUnit, 50 * PixelsPerUnit);
        Assert.InRange(inked.Max(p => p.X), 40 * PixelsPerUnit, 53 * PixelsPerUnit);
        Assert.True(inked.Max(p => p.Y) - inked.Min(p => p.Y) > 25 * PixelsPerUnit);
    }

    private static SKBitmap Draw(Action<ICanvas> draw)
    {
        using var canvas = new PngCanvas(100, 50);
        draw(canvas);
        return SKBitmap.Decode(canvas.End());
    }

    private static SKColor At(SKBitmap picture, int x, int y) =>
        picture.GetPixel(x * PixelsPerUnit, y * PixelsPerUnit);

    private static IEnumerable<(int X, int Y)> Inked(SKBitmap picture) =>
        from x in Enumerable.Range(0, picture.Width)
        from y in Enumerable.Range(0, picture.Height)
        where picture.GetPixel(x, y).Red < 128
        select (x, y);
}
