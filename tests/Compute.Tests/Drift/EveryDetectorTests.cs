using CsCheck;
using MoE.Compute.Drift;
using MoE.Compute.Files;
using MoE.Compute.Tests.Files;
using Xunit;

namespace MoE.Compute.Tests.Drift;

/// <summary>What holds for whatever detects drift.</summary>
public sealed class EveryDetectorTests
{
    private static readonly Dictionary<string, Func<IDriftDetector>> Detectors = new()
    {
        ["adwin"] = () => new Adwin(new()),
        ["page-hinkley"] = () => new PageHinkley(new() { Lambda = 10 }),
    };

    public static TheoryData<string> Names => [.. Detectors.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loaded_detector_goes_on_to_the_same_bits(string name) =>
        Gen.Select(Gen.Int[0, 1500], Gen.Long).Sample((cut, seed) =>
        {
            var values = Coins.Stretches(seed, (500, 0.2), (500, 0.7), (1000, 0.4)).ToList();
            var whole = Detectors[name]();
            Coins.Alarms(whole, values[..cut]);
            var image = Image(whole);
            var loaded = Loaded(name, image);
            Assert.Equal(whole.RegimeLength, loaded.RegimeLength);
            Assert.Equal(image, Image(loaded));
            Assert.Equal(Coins.Alarms(whole, values[cut..]), Coins.Alarms(loaded, values[cut..]));
            Assert.Equal(Image(whole), Image(loaded));
        }, iter: 50);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_regime_lasts_one_value_more_with_each_value_and_a_change_cuts_it_short(string name) =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Long).Sample((before, after, seed) =>
        {
            var detector = Detectors[name]();
            foreach (var value in Coins.Stretches(seed, (1000, before), (1000, after)))
            {
                var length = detector.RegimeLength;
                if (detector.Add(value) == Change.None)
                    Assert.Equal(length + 1, detector.RegimeLength);
                else
                    Assert.InRange(detector.RegimeLength, 1, length + 1);
            }
        }, iter: 50);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_complement_of_the_values_changes_at_the_same_time_in_the_other_direction(string name) =>
        Gen.Long.Sample(seed =>
        {
            var values = Coins.Stretches(seed, (1000, 0.2), (1000, 0.6), (1000, 0.3)).ToList();
            var upright = Coins.Alarms(Detectors[name](), values);
            var turned = Coins.Alarms(Detectors[name](), values.Select(v => 1 - v));
            Assert.Equal(
                upright.Select(a => (a.Change == Change.Up ? Change.Down : Change.Up, a.After)),
                turned.Select(a => (a.Change, a.After)));
        }, iter: 20);

    [Theory]
    [MemberData(nameof(Names))]
    public void Adding_a_value_allocates_nothing(string name)
    {
        var values = Coins.Stretches(1, (3000, 0.2), (3000, 0.7)).ToArray();
        var detector = Detectors[name]();
        detector.Add(values[0]);
        var allocated = Allocations.Of(() =>
        {
            foreach (var value in values)
                detector.Add(value);
        });
        Assert.Equal(0, allocated);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_damaged_image_is_refused_or_the_detector_goes_on(string name)
    {
        var whole = Detectors[name]();
        var values = Coins.Stretches(1, (700, 0.2), (133, 0.7)).ToList();
        Coins.Alarms(whole, values);
        Damage.Of(Image(whole)).Sample(bytes =>
        {
            var detector = Detectors[name]();
            if (Damage.Refusal(() => detector.Load(new StateReader(bytes))) is null)
                Coins.Alarms(detector, values);
        }, iter: 1000);
    }

    private static byte[] Image(IDriftDetector detector)
    {
        var state = new StateWriter();
        detector.Save(state);
        return state.ToArray();
    }

    private static IDriftDetector Loaded(string name, byte[] image)
    {
        var detector = Detectors[name]();
        var state = new StateReader(image);
        detector.Load(state);
        state.End();
        return detector;
    }
}
