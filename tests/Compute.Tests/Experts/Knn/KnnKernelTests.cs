using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Tests.Gpu;
using Xunit;

namespace MoE.Compute.Tests.Experts.Knn;

/// <summary>
/// What the memory's kernel promises beside what every kernel does: its distances have the bits of the definition, so
/// that it finds the same neighbours, and its image is the definition's.
/// </summary>
[Collection(nameof(OneDevice))]
public sealed class KnnKernelTests(TestDevice device)
{
    [Theory]
    [InlineData("memory size=40 near=2 wide=5", 5, 2, 2000)]
    [InlineData("memory input=rank size=100 near=3 wide=12", 4, 0, 1000)]
    public void A_long_walk_ends_with_the_image_of_the_definition(
        string text, int numeric, int categorical, int rows) =>
        AssertSame(text, new EncodedStream(numeric, categorical, rows, classes: 6, seed: 5));

    [Fact]
    public void Of_many_equally_far_rows_the_first_slots_are_the_nearest() =>
        AssertSame("memory size=90 near=4 wide=9", new EncodedStream(0, 2, 400, classes: 3, seed: 6, rare: 11));

    [Fact]
    public void A_ring_that_the_memory_of_a_group_cannot_hold_is_searched_in_its_slot() =>
        AssertSame("memory size=11000 near=2 wide=8", new EncodedStream(2, 1, 200, classes: 4, seed: 7));

    [Fact]
    public void Rows_that_are_nearer_or_farther_than_usual_find_their_neighbours()
    {
        // a usual distance from elsewhere, far off in either direction, misleads the search and changes nothing
        var stream = new EncodedStream(3, 0, 160, classes: 3, seed: 8);
        List<TrainingBatch> batches = [.. stream.Batches(40)];
        var (spec, expert) = Create("memory size=80 near=3 wide=7", stream);
        foreach (var batch in batches[..2])
            ExpertRunner.Run(expert, batch, null);
        foreach (var usual in new[] { 1e-30, 0.01, 1e4, 1e30 })
        {
            byte[] image = [.. BitConverter.GetBytes(usual), .. ImageOf(expert).Span[sizeof(double)..]];
            using var pool = new DevicePool(device.Accelerator, stream.Schema);
            var onDevice = pool.Add(spec, 1, image);
            Assert.Equal(Probabilities(expert, ExpertRunner.Run(expert, batches[3], null, learns: false), batches[3]),
                Probabilities(expert, pool.Run(batches[3], [new(onDevice, null, Learns: false)])[0], batches[3]),
                (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }

    [Fact]
    public void A_damaged_image_is_refused()
    {
        var stream = new EncodedStream(2, 0, 20, classes: 2, seed: 9);
        var (spec, expert) = Create("memory size=16 near=1 wide=2", stream);
        var image = ImageOf(expert).ToArray();
        image[8 + 8 + 8 + 8] = 0xFF;                         // the first class, behind two counts and a length
        image[8 + 8 + 8 + 8 + 3] = 0xFF;
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        Assert.Throws<InvalidDataException>(() => pool.Add(spec, 1, image));
    }

    private void AssertSame(string text, EncodedStream stream)
    {
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        var (spec, expert) = Create(text, stream);
        var onDevice = pool.Add(spec, 1, ImageOf(expert));
        foreach (var batch in stream.Batches(100))
            Assert.Equal(Probabilities(expert, ExpertRunner.Run(expert, batch, null), batch),
                Probabilities(expert, pool.Run(batch, [new(onDevice, null, Learns: true)])[0], batch),
                (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(ImageOf(expert).ToArray(), pool.Read(onDevice).ToArray());
    }

    private static IEnumerable<double> Probabilities(IExpert expert, float[] answers, TrainingBatch batch) =>
        Enumerable.Range(0, batch.Rows * expert.Heads).SelectMany(answer =>
            answers.Skip(answer * batch.Labels.Stride).Take(batch.Labels.KnownClasses[answer / expert.Heads]))
            .Select(log => Math.Exp(log));

    private static (ExpertSpec Spec, IExpert Expert) Create(string text, EncodedStream stream)
    {
        var spec = new ExpertSpec("memory", ExpertRole.Shared, text);
        return (spec, ExpertKinds.Create(spec, stream.Schema, 1UL));
    }

    private static ReadOnlyMemory<byte> ImageOf(IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        return image.Written;
    }
}
