using CsCheck;
using MoE.Compute.Drift;
using Xunit;

namespace MoE.Compute.Tests.Drift;

public sealed class PageHinkleyTests
{
    [Theory]
    [InlineData(0.05, 0)]
    [InlineData(0.2, 0)]
    [InlineData(0.5, 4)]
    public void Where_nothing_changes_there_is_hardly_an_alarm_in_a_million_values(double probability, int most)
    {
        var alarms = 0;
        for (var run = 0; run < 100; run++)
            alarms += Coins.Alarms(new PageHinkley(new()), Coins.Stretches(run, (10_000, probability))).Count;
        Assert.InRange(alarms, 0, most);
    }

    [Theory]
    [InlineData(0.2, 0.8, 128)]
    [InlineData(0.2, 0.5, 320)]
    [InlineData(0.5, 0.3, 512)]
    [InlineData(0.2, 0.3, 2300)]
    public void An_abrupt_change_is_confirmed_once_in_time_and_in_its_direction(double before, double after, int delay)
    {
        const int Start = 2000;
        for (var run = 0; run < 50; run++)
        {
            var alarm = Assert.Single(Coins.Alarms(
                new PageHinkley(new()), Coins.Stretches(run, (Start, before), (3000, after))));
            Assert.InRange(alarm.After - Start, 1, delay);
            Assert.Equal(after > before ? Change.Up : Change.Down, alarm.Change);
            // where the sum was 0 last may lie before the change, for it strays above 0 at times
            Assert.InRange(alarm.After - alarm.Length, Start - 2000, Start + delay);
        }
    }

    [Fact]
    public void A_gradual_change_is_found_while_it_lasts()
    {
        var slope = Enumerable.Range(0, 100).Select(i => (100, 0.1 + 0.004 * i));
        var alarms = Coins.Alarms(new PageHinkley(new()), Coins.Stretches(1, [(5000, 0.1), .. slope]));
        Assert.NotEmpty(alarms);
        Assert.All(alarms, alarm => Assert.Equal((Change.Up, true), (alarm.Change, alarm.After > 5000)));
    }

    [Fact]
    public void A_regime_goes_on_from_where_its_beginning_was_seen()
    {
        var detector = new PageHinkley(new() { Delta = 0.1, Lambda = 5 });
        double[] values = [.. Enumerable.Repeat(0.0, 100), .. Enumerable.Repeat(1.0, 50)];
        var alarm = Assert.Single(Coins.Alarms(detector, values));
        Assert.Equal((Change.Up, alarm.After - 100), (alarm.Change, alarm.Length));
        Assert.Equal(50, detector.RegimeLength);
    }

    [Fact]
    public void A_short_rise_is_forgotten_and_a_long_one_is_not()
    {
        // of sums that fall to a half by the next value, (1 - 0.1) / (1 - 0.5) is the most
        var forgetful = new PageHinkley(new() { Delta = 0.1, Lambda = 2, Alpha = 0.5 });
        var mindful = new PageHinkley(new() { Delta = 0.1, Lambda = 2, Alpha = 1 });
        double[] values = [.. Enumerable.Repeat(0.0, 1000), .. Enumerable.Repeat(1.0, 100)];
        Assert.Empty(Coins.Alarms(forgetful, values));
        Assert.Single(Coins.Alarms(mindful, values));
    }

    [Fact]
    public void Without_forgetting_it_is_the_distance_of_the_sum_from_its_minimum_and_maximum() =>
        Gen.Select(Gen.Double[-3, 3].Array[1, 400], Gen.Double[0, 0.3], Gen.Double[1, 30]).Sample(
            (values, delta, lambda) =>
        {
            var detector = new PageHinkley(new() { Delta = delta, Lambda = lambda, Alpha = 1, Settling = 1 });
            var (count, sum, up, least, down, most) = (0, 0.0, 0.0, 0.0, 0.0, 0.0);
            foreach (var value in values)
            {
                (count, sum) = (count + 1, sum + value);
                up += value - sum / count - delta;
                down += value - sum / count + delta;
                (least, most) = (Math.Min(least, up), Math.Max(most, down));
                // a tie of roundings is nobody's fault
                if (Math.Abs(Math.Max(up - least, most - down) - lambda) < 1e-9)
                    return;
                var expected = up - least > lambda ? Change.Up : most - down > lambda ? Change.Down : Change.None;
                Assert.Equal(expected, detector.Add(value));
                if (expected != Change.None)
                    (count, sum, up, least, down, most) = (0, 0, 0, 0, 0, 0);
            }
        }, iter: 500);

    [Theory]
    [InlineData(1.1e9)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void A_value_without_measure_is_refused_and_leaves_no_trace(double value)
    {
        var detector = new PageHinkley(new());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => detector.Add(value));
        Assert.StartsWith("Page-Hinkley takes values from -1000000000 to 1000000000.", error.Message,
            StringComparison.Ordinal);
        Assert.Equal(0, detector.RegimeLength);
    }

    [Fact]
    public void Options_that_detect_nothing_are_refused_whole()
    {
        var error = Assert.Throws<InvalidOptionsException>(
            () => new PageHinkley(new() { Delta = -1, Lambda = 0, Alpha = 1.5, Settling = 0 }));
        Assert.Equal(
            ["The delta of Page-Hinkley is -1; it must be 0 or more.",
                "The lambda of Page-Hinkley is 0; it must be above 0.",
                "The alpha of Page-Hinkley is 1.5; it must lie above 0 and be 1 at most.",
                "The settling of Page-Hinkley is 0 values; it must lie in [1, 1000000]."],
            error.Problems);
        Assert.Equal(
            new PageHinkleyOptions { Delta = 0.02, Lambda = 50, Alpha = 0.9999, Settling = 30 },
            new PageHinkleyOptions());
    }
}
