using CsCheck;
using MoE.Host.Plots;
using Xunit;

namespace MoE.Host.Tests.Plots;

public sealed class AxisTests
{
    [Fact]
    public void Ticks_are_round_numbers() =>
        Assert.Equal([20_000, 30_000, 40_000, 50_000, 60_000], new Axis(12_345, 65_000, 0, 1).Ticks);

    [Fact]
    public void An_axis_of_percents_holds_its_values_between_0_and_100() =>
        Gen.Select(Gen.Double[0, 100], Gen.Double[0, 100]).Sample((a, b) =>
        {
            var axis = Axis.OfPercents(Math.Min(a, b), Math.Max(a, b), 400, 100);
            return axis.From >= 0 && axis.To <= 100 && axis.From < axis.To
                && axis.From <= Math.Min(a, b) && axis.To >= Math.Max(a, b)
                && axis.Ticks.Count() is >= 2 and <= 11;
        });

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_single_value_has_an_axis_too(double value)
    {
        var axis = Axis.OfPercents(value, value, 0, 1);
        Assert.True(axis is { From: >= 0, To: <= 100 } && axis.From < axis.To, $"{axis}");
    }
}
