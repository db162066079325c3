using MoE.Host.Plots.Canvases;
using Xunit;

namespace MoE.Host.Tests.Plots.Canvases;

public sealed class PlotStyleTests
{
    [Theory]
    [InlineData("text", "tick", "font-size", "12px")]
    [InlineData("text", "name end", "font-size", "10px")]
    [InlineData("text", "name end", "text-anchor", "end")]
    [InlineData("polyline", "overall", "fill", "none")]
    [InlineData("rect", "load4 swatch", "fill", "#f7f7f7")]
    [InlineData("rect", "load4 swatch", "stroke-width", ".5")]
    [InlineData("line", "grid", "fill", null)]
    public void A_property_is_that_of_the_element_or_of_one_of_its_classes(
        string element, string css, string property, string? value) =>
        Assert.Equal(value, PlotStyle.Of(element, css, property));
}
