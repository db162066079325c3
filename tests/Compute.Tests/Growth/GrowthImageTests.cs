using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using Xunit;

namespace MoE.Compute.Tests.Growth;

public sealed class GrowthImageTests
{
    private static readonly GrowthOptions Often = new() { Interval = 1024, Budget = 3 };

    [Theory]
    [InlineData(GrowthDetector.PageHinkley, GrowthWatch.Mixture)]
    [InlineData(GrowthDetector.Both, GrowthWatch.Mixture)]
    [InlineData(GrowthDetector.Adwin, GrowthWatch.Experts)]
    [InlineData(GrowthDetector.Both, GrowthWatch.Experts)]
    public void Whatever_is_watched_saved_and_loaded_it_decides_the_same(GrowthDetector detector, GrowthWatch watch)
    {
        var options = Often with { Detector = detector, Watch = watch };
        var (unbroken, broken) = (new GrowingMixture(options, "agrawal"), new GrowingMixture(options, "agrawal"));
        unbroken.LearnTo(8000);
        broken.LearnTo(8000, () => broken.Reload());
        Assert.Equal(unbroken.Changes, broken.Changes);
        Assert.Equal(unbroken.Drifts, broken.Drifts);
        Assert.NotEmpty(broken.Drifts);
        Assert.Equal(unbroken.Mixture.ToModelFile().Gate.ToArray(), broken.Mixture.ToModelFile().Gate.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Saved_and_loaded_after_any_batches_it_decides_as_an_unbroken_one(int seed)
    {
        var random = new Random(seed);
        var (unbroken, broken) = (new GrowingMixture(Often), new GrowingMixture(Often));
        unbroken.LearnTo(GrowingMixture.Rows);
        broken.LearnTo(GrowingMixture.Rows, () =>
        {
            if (random.Next(8) == 0)
                broken.Reload();
        });
        Assert.Equal(unbroken.Changes, broken.Changes);
        Assert.Equal(unbroken.Drifts, broken.Drifts);
        Assert.NotEmpty(broken.Drifts);
        Assert.Equal(unbroken.Mixture.Fingerprint(), broken.Mixture.Fingerprint());
        Assert.Equal(unbroken.Mixture.ToModelFile().Gate.ToArray(), broken.Mixture.ToModelFile().Gate.ToArray());
    }

    [Fact]
    public void What_is_decided_and_not_due_yet_is_in_the_image()
    {
        var growing = new GrowingMixture(Often).LearnTo(1024);
        Assert.Empty(growing.Changes);
        growing.Reload();
        growing.LearnTo(1024 + 4 * 64);
        Assert.NotEmpty(growing.Changes);
        Assert.All(growing.Changes, change => Assert.Equal((1024 / 64) + 4, change.From));
    }

    [Fact]
    public void A_model_goes_on_without_growth_and_with_it_again()
    {
        var growing = new GrowingMixture(Often).LearnTo(4000);
        growing.Reload(GrowthOptions.Off);
        var members = growing.Mixture.Roster;
        growing.LearnTo(6000);
        Assert.Same(members, growing.Mixture.Roster);
        Assert.Null(GateImage.Split(growing.Mixture.ToModelFile().Gate).Growth);
        growing.Reload(Often);
        growing.LearnTo(9000);
        Assert.NotSame(members, growing.Mixture.Roster);
    }

    [Fact]
    public void A_model_goes_on_under_another_detector_and_under_the_first_again()
    {
        var growing = new GrowingMixture(Often).LearnTo(4000);
        var usual = GrowthBytes(growing);
        growing.Reload(Often with { Detector = GrowthDetector.Both, Watch = GrowthWatch.Experts });
        Assert.True(GrowthBytes(growing) > usual);
        growing.LearnTo(9000).Reload(Often with { Detector = GrowthDetector.PageHinkley });
        growing.LearnTo(12_000).Reload(Often);
        growing.LearnTo(15_000);
        Assert.Contains(growing.Changes, change => change.From > 12_000 / 64);
    }

    [Fact]
    public void A_damaged_image_is_refused_or_gone_on_with()
    {
        var model = new GrowingMixture(Often).LearnTo(9000).Mixture.ToModelFile();
        var (encoding, mixing, growth) = GateImage.Split(model.Gate);
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var damaged = growth!.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (i % 3 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            var image = new StateWriter();
            image.Write<byte>(encoding);
            image.Write<byte>(mixing);
            image.Write<byte>(damaged);
            var gate = new Gate(model.Schema, model.Options, model.Roster);
            if (Record.Exception(() => GateImage.Load(gate, image.ToArray())) is not { } refusal)
                continue;
            Assert.IsType<InvalidDataException>(refusal);
            refused++;
        }
        Assert.InRange(refused, 100, 299);
    }

    private static int GrowthBytes(GrowingMixture growing) =>
        GateImage.Split(growing.Mixture.ToModelFile().Gate).Growth!.Length;
}
