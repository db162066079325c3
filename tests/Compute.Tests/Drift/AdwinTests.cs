using CsCheck;
using MoE.Compute.Data.Generators;
using MoE.Compute.Drift;
using MoE.Compute.Files;
using Xunit;

namespace MoE.Compute.Tests.Drift;

public sealed class AdwinTests
{
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Where_nothing_changes_alarms_are_rarer_than_delta_allows(double probability)
    {
        const int Runs = 100;
        const int Values = 10_000;
        var options = new AdwinOptions();
        var alarms = 0;
        for (var run = 0; run < Runs; run++)
            alarms += Coins.Alarms(new Adwin(options), Coins.Stretches(run, (Values, probability))).Count;
        var looks = Runs * (Values / options.Interval);
        Assert.InRange(alarms / (double)looks, 0, options.Delta / 20);
    }

    [Theory]
    [InlineData(0.2, 0.8, 64)]
    [InlineData(0.2, 0.5, 192)]
    [InlineData(0.5, 0.3, 512)]
    [InlineData(0.1, 0.2, 1200)]
    [InlineData(0.2, 0.3, 2000)]
    public void An_abrupt_change_is_confirmed_once_in_time_and_in_its_direction(double before, double after, int delay)
    {
        const int Start = 2000;
        const int Runs = 50;
        var repeats = 0;
        for (var run = 0; run < Runs; run++)
        {
            var alarms = Coins.Alarms(
                new Adwin(new()), Coins.Stretches(run, (Start, before), (4000, after)));
            alarms.RemoveAll(alarm => alarm.After <= Start);
            Assert.InRange(alarms[0].After - Start, 1, delay);
            Assert.Equal(after > before ? Change.Up : Change.Down, alarms[0].Change);
            repeats += alarms.Count - 1;
        }
        Assert.InRange(repeats, 0, 3);
    }

    [Theory]
    [InlineData(0.2, 0.8, 8)]
    [InlineData(0.2, 0.5, 32)]
    [InlineData(0.5, 0.3, 96)]
    public void A_change_says_when_it_began(double before, double after, int off)
    {
        const int Start = 5000;
        const int Runs = 50;
        var sum = 0.0;
        for (var run = 0; run < Runs; run++)
        {
            var alarm = Coins.Alarms(new Adwin(new()), Coins.Stretches(run, (Start, before), (2000, after)))
                .First(a => a.After > Start);
            sum += Math.Abs(alarm.After - alarm.Length - Start);
        }
        Assert.InRange(sum / Runs, 0, off);
    }

    [Fact]
    public void A_gradual_change_is_found_while_it_lasts()
    {
        for (var run = 0; run < 20; run++)
        {
            var slope = Enumerable.Range(0, 100).Select(i => (100, 0.1 + 0.004 * i));
            var alarms = Coins.Alarms(new Adwin(new()), Coins.Stretches(run, [(5000, 0.1), .. slope]));
            Assert.NotEmpty(alarms);
            Assert.All(alarms, alarm => Assert.Equal((Change.Up, true), (alarm.Change, alarm.After > 5000)));
            Assert.InRange(alarms[0].After, 5000, 10_000);
        }
    }

    [Fact]
    public void The_mean_is_that_of_the_present_regime()
    {
        var adwin = new Adwin(new());
        Assert.Equal((0, 0), (adwin.Mean, adwin.RegimeLength));
        Coins.Alarms(adwin, Coins.Stretches(1, (5000, 0.9), (5000, 0.2)));
        Assert.InRange(adwin.Mean, 0.18, 0.22);
        Assert.InRange(adwin.RegimeLength, 4950, 5050);
    }

    [Fact]
    public void It_does_as_one_that_keeps_every_value()
    {
        // sixteenths, so that sums are exact in any order
        var stretch = Gen.Select(Gen.Int[1, 250], Gen.Int[0, 15], Gen.Int[0, 15]);
        var options = Gen.Select(Gen.Double[0.002, 0.5], Gen.Int[1, 40]);
        Gen.Select(stretch.Array[1, 5], options, Gen.Long).Sample((stretches, option, seed) =>
        {
            var (delta, interval) = option;
            var fast = new Adwin(new() { Delta = delta, Interval = interval });
            var plain = new PlainAdwin(delta, interval);
            var random = new Randomness(seed, 0);
            foreach (var (values, low, high) in stretches)
            {
                for (var i = 0; i < values; i++)
                {
                    var value = (Math.Min(low, high) + random.NextBelow(1 + Math.Abs(high - low))) / 16.0;
                    Assert.Equal(plain.Add(value), fast.Add(value));
                    Assert.Equal(plain.Length, fast.RegimeLength);
                }
            }
        }, iter: 100);
    }

    [Fact]
    public void Its_memory_grows_with_the_logarithm_of_the_window()
    {
        var adwin = new Adwin(new());
        Coins.Alarms(adwin, Coins.Stretches(1, (1 << 20, 0.2)));
        var state = new StateWriter();
        adwin.Save(state);
        Assert.Equal(1 << 20, adwin.RegimeLength);
        Assert.InRange(state.Bytes.Length, 1, 5 * 20 * (sizeof(int) + 2 * sizeof(double)) + 64);
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    public void A_value_outside_of_0_to_1_is_refused_and_leaves_no_trace(double value)
    {
        var adwin = new Adwin(new());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => adwin.Add(value));
        Assert.StartsWith("ADWIN takes values from 0 to 1.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, adwin.RegimeLength);
    }

    [Fact]
    public void Options_that_detect_nothing_are_refused_whole()
    {
        var error = Assert.Throws<InvalidOptionsException>(() => new Adwin(new() { Delta = 1, Interval = 0 }));
        Assert.Equal(
            ["The delta of ADWIN is 1; it must lie above 0 and below 1.",
                "The interval of ADWIN is 0 values; it must lie in [1, 1000000]."],
            error.Problems);
        Assert.Equal((0.002, 32), (new AdwinOptions().Delta, new AdwinOptions().Interval));
    }
}
