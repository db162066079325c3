using CsCheck;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Kernels;
using MoE.Compute.Tests.Experts;
using Xunit;

namespace MoE.Compute.Tests.Kernels;

/// <summary>What every kernel promises about the kind's definition.</summary>
public sealed class KernelParityTests(TestDevice device) : IClassFixture<TestDevice>
{
    private const double Within = 1e-4;
    private const ulong Seed = 7;

    public static TheoryData<string> Kinds =>
    [
        "mlp input=z hidden=4 rate=0.05",
        "mlp input=hat hidden=20 rate=0.03",
        "mlp input=both hidden=8 optimizer=adam rate=0.01",
        "mlp input=hat hidden=8 optimizer=adam rate=0.01 average=0.01",
        "mlp input=z hidden=8 rate=0.03 average=0.02",
        "fern count=12 depth=3 rate=0.1",
        "fern count=70 depth=1 rate=0.05",
        "fern count=1 depth=14 rate=1",
        "cross bits=8 rate=0.05 pairs=300 bins=64",
        "cross bits=10 rate=0.5 pairs=4 bins=3",
        "cross bits=12 rate=0.05 pairs=0",
        "memory size=16 near=1 wide=4",
        "memory input=rank size=40 near=3 wide=10",
        "memory size=100 near=8 wide=50",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kernel_agrees_with_its_definition(string text) =>
        EncodedStream.Any(rows: 60).Sample(stream =>
        {
            using var pool = new DevicePool(device.Accelerator, stream.Schema);
            var (expert, onDevice) = Both(pool, stream, text);
            foreach (var batch in stream.Batches(24))
            {
                var answers = pool.Walk(batch, [new DeviceWalk(onDevice, null, Learns: true)])[0];
                AssertAgree(expert.Heads, batch, Walk.All(expert, batch), answers);
            }
        }, iter: 3, threads: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_image_goes_from_one_to_the_other_and_back(string text) =>
        EncodedStream.Any(rows: 48).Sample(stream =>
        {
            using var pool = new DevicePool(device.Accelerator, stream.Schema);
            var (expert, onDevice) = Both(pool, stream, text);
            List<EncodedBatch> batches = [.. stream.Batches(16)];
            foreach (var batch in batches[..2])
            {
                pool.Walk(batch, [new DeviceWalk(onDevice, null, Learns: true)]);
                Walk.All(expert, batch);
            }
            var image = pool.Read(onDevice);
            var back = Create(text, stream);
            back.Load(new StateReader(image));
            var again = pool.Add(Spec(text), Seed, ImageOf(back));
            AssertAgree(expert.Heads, batches[2], Walk.All(expert, batches[2]), Walk.All(back, batches[2]));
            int[] rows = [.. Enumerable.Range(0, batches[2].Rows)];
            Assert.Equal(
                Bits(again, batches[2], rows, pool.Walk(batches[2], [new(again, null, Learns: true)])[0]),
                Bits(onDevice, batches[2], rows, pool.Walk(batches[2], [new(onDevice, null, Learns: true)])[0]));
        }, iter: 3, threads: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Experts_that_are_walked_together_have_the_bits_of_each_alone(string text) =>
        EncodedStream.Any(rows: 32).Sample(stream =>
        {
            using var pool = new DevicePool(device.Accelerator, stream.Schema);
            using var alone = new DevicePool(device.Accelerator, stream.Schema);
            var (_, first) = Both(pool, stream, text);
            var (_, second) = Both(pool, stream, text, Seed + 1);
            var (_, third) = Both(pool, stream, text);
            pool.Remove(third);
            var (_, single) = Both(alone, stream, text);
            foreach (var batch in stream.Batches(16))
            {
                int[] some = [.. Enumerable.Range(0, batch.Rows).Where(row => row % 3 == 0)];
                var together = pool.Walk(batch, [new(second, null, Learns: true), new(first, some, Learns: true)]);
                var expected = alone.Walk(batch, [new(single, some, Learns: true)]);
                Assert.Equal(Bits(single, batch, some, expected[0]), Bits(first, batch, some, together[1]));
            }
            Assert.Equal(alone.Read(single).ToArray(), pool.Read(first).ToArray());
        }, iter: 2, threads: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Batches_that_are_walked_together_give_the_bits_of_each_alone(string text) =>
        EncodedStream.Any(rows: 48).Sample(stream =>
        {
            using var pool = new DevicePool(device.Accelerator, stream.Schema);
            using var alone = new DevicePool(device.Accelerator, stream.Schema);
            var ((_, first), (_, second)) = (Both(pool, stream, text), Both(pool, stream, text, Seed + 1));
            var ((_, single), (_, other)) = (Both(alone, stream, text), Both(alone, stream, text, Seed + 1));
            List<EncodedBatch> batches = [.. stream.Batches(8)];
            // the second sees some of the batches, and is frozen from one on
            var together = pool.Walk([.. batches.Select((batch, n) => new BatchWalk(batch, n % 3 == 1
                ? [new(first, null, Learns: true)]
                : [new(second, [0, batch.Rows - 1], Learns: n < 4), new(first, null, Learns: true)]))]);
            for (var n = 0; n < batches.Count; n++)
            {
                int[] all = [.. Enumerable.Range(0, batches[n].Rows)], some = [0, batches[n].Rows - 1];
                var answers = alone.Walk(batches[n], [new(single, null, Learns: true)])[0];
                Assert.Equal(Bits(single, batches[n], all, answers), Bits(first, batches[n], all, together[n][^1]));
                if (n % 3 == 1)
                    continue;
                answers = alone.Walk(batches[n], [new(other, some, Learns: n < 4)])[0];
                Assert.Equal(Bits(other, batches[n], some, answers), Bits(second, batches[n], some, together[n][0]));
            }
            Assert.Equal(alone.Read(single).ToArray(), pool.Read(first).ToArray());
            Assert.Equal(alone.Read(other).ToArray(), pool.Read(second).ToArray());
        }, iter: 2, threads: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_frozen_expert_answers_as_its_definition_and_stays_as_it_is(string text) =>
        EncodedStream.Any(rows: 48).Sample(stream =>
        {
            using var pool = new DevicePool(device.Accelerator, stream.Schema);
            var expert = Create(text, stream);
            List<EncodedBatch> batches = [.. stream.Batches(16)];
            Walk.All(expert, batches[0]);
            var onDevice = pool.Add(Spec(text), Seed, ImageOf(expert));
            foreach (var batch in batches)
                AssertAgree(expert.Heads, batch, Walk.All(expert, batch, learns: false),
                    pool.Walk(batch, [new DeviceWalk(onDevice, null, Learns: false)])[0]);
            var read = Create(text, stream);
            read.Load(new StateReader(pool.Read(onDevice)));
            Assert.Equal(Fingerprints.Of(expert.Save).Length, Fingerprints.Of(read.Save).Length);
            AssertAgree(expert.Heads, batches[1], Walk.All(expert, batches[1]), Walk.All(read, batches[1]));
        }, iter: 3, threads: 1);

    internal static IEnumerable<int> Bits(DeviceExpert expert, EncodedBatch batch, int[] rows, float[] answers) =>
        Answers.Bits(expert.Heads, batch, rows, answers);

    internal static ExpertSpec Spec(string text) => new("expert", ExpertRole.Shared, text);

    internal static IExpert Create(string text, EncodedStream stream, ulong seed = Seed) =>
        ExpertKinds.Create(Spec(text), stream.Schema, seed);

    internal static (IExpert Expert, DeviceExpert OnDevice) Both(
        DevicePool pool, EncodedStream stream, string text, ulong seed = Seed)
    {
        var expert = Create(text, stream, seed);
        return (expert, pool.Add(Spec(text), seed, ImageOf(expert)));
    }

    internal static ReadOnlyMemory<byte> ImageOf(IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        return image.Written;
    }

    internal static void AssertAgree(int heads, EncodedBatch batch, float[] expected, float[] answers)
    {
        for (var row = 0; row < batch.Rows; row++)
            for (var head = 0; head < heads; head++)
                for (var c = 0; c < batch.Known[row]; c++)
                {
                    var at = (((row * heads) + head) * batch.ClassStride) + c;
                    Assert.Equal(Math.Exp(expected[at]), Math.Exp(answers[at]), Within);
                }
    }
}
