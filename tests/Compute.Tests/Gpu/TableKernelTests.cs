using ILGPU;
using ILGPU.Runtime.CPU;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using Xunit;
using static MoE.Compute.Tests.Gpu.Twins;

namespace MoE.Compute.Tests.Gpu;

/// <summary>What the kernels of ferns and hashed tables promise beyond what every kernel does.</summary>
[Collection(nameof(OneDevice))]
public sealed class TableKernelTests(TestDevice device)
{
    private const ulong Seed = 7;
    private const string Fern = "fern count=70 depth=3 rate=0.1";
    private const string Cross = "cross bits=9 rate=0.05 pairs=300 bins=8";

    public static TheoryData<string> Kinds => [Fern, Cross];

    [Theory]
    [InlineData(Fern, 3)]
    [InlineData(Fern, 70)]
    [InlineData(Cross, 3)]
    [InlineData(Cross, 70)]
    public void A_long_walk_agrees_with_its_definition(string text, int classes)
    {
        var stream = new EncodedStream(numeric: 4, categorical: 2, rows: 2000, classes, seed: 3);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        var (expert, onDevice) = Both(pool, stream, text);
        foreach (var batch in stream.Batches(250))
            AssertAgree(1, batch, ExpertRunner.Run(expert, batch, null), Learned(pool, onDevice, batch));
        Assert.Equal(classes, stream.Batches(2000).Single().Labels.KnownClasses[^1]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_size_of_the_group_changes_no_bit(string text)
    {
        using var context = Context.Create(builder => builder.EnableAlgorithms().Profiling().CPU(
            new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: 1)));
        using var small = context.CreateCPUAccelerator(0);
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 40, classes: 10, seed: 4);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        using var smaller = new DevicePool(small, stream.Schema);
        var (onDevice, onSmaller) = (Both(pool, stream, text).OnDevice, Both(smaller, stream, text).OnDevice);
        foreach (var batch in stream.Batches(20))
            Assert.Equal(LearnedBits(pool, onDevice, batch), LearnedBits(smaller, onSmaller, batch));
        Assert.Equal(pool.Read(onDevice).ToArray(), smaller.Read(onSmaller).ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_neighbour_of_more_classes_changes_no_bit(string text)
    {
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 40, classes: 3, seed: 5);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        using var beside = new DevicePool(device.Accelerator, stream.Schema);
        var alone = Both(pool, stream, text).OnDevice;
        var (_, one) = Both(beside, stream, text);
        beside.Add(Spec(text), Seed, ImageOf(OfManyClasses(text)));
        foreach (var batch in stream.Batches(20))
            Assert.Equal(LearnedBits(pool, alone, batch), LearnedBits(beside, one, batch));
        Assert.Equal(pool.Read(alone).ToArray(), beside.Read(one).ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_expert_that_knows_more_classes_than_the_batch_answers_as_its_definition(string text)
    {
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 40, classes: 3, seed: 6);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        var expert = OfManyClasses(text);
        var onDevice = pool.Add(Spec(text), Seed, ImageOf(expert));
        foreach (var (i, batch) in stream.Batches(10).Index())
            AssertAgree(1, batch, ExpertRunner.Run(expert, batch, null, learns: i % 2 == 1),
                pool.Run(batch, [new DeviceJob(onDevice, null, Learns: i % 2 == 1)])[0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_expert_that_learned_nothing_answers_as_its_definition(string text)
    {
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 60, classes: 20, seed: 10);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        var (expert, onDevice) = Both(pool, stream, text);
        foreach (var batch in stream.Batches(20))
            AssertAgree(1, batch, ExpertRunner.Run(expert, batch, null, learns: false),
                pool.Run(batch, [new DeviceJob(onDevice, null, Learns: false)])[0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_frozen_expert_keeps_every_bit(string text)
    {
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 60, classes: 20, seed: 7);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        var (_, onDevice) = Both(pool, stream, text);
        List<TrainingBatch> batches = [.. stream.Batches(20)];
        Learned(pool, onDevice, batches[0]);
        var image = pool.Read(onDevice).ToArray();
        foreach (var batch in batches[1..])
            pool.Run(batch, [new DeviceJob(onDevice, null, Learns: false)]);
        Assert.Equal(image, pool.Read(onDevice).ToArray());
    }

    [Fact]
    public void Entries_of_a_table_are_written_by_ascending_key_and_only_those_that_are_not_zero()
    {
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 60, classes: 4, seed: 8);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        var (_, onDevice) = Both(pool, stream, Cross);
        pool.Run(stream.Batch([0]), [new DeviceJob(onDevice, null, Learns: true)]);
        Assert.Empty(KeysOf(pool.Read(onDevice)));           // of one class alone nothing is to be learned
        Learned(pool, onDevice, stream.Batches(60).Single());
        var keys = KeysOf(pool.Read(onDevice));
        Assert.NotEmpty(keys);
        Assert.Equal(keys.Distinct().Order(), keys);
    }

    [Fact]
    public void A_damaged_image_is_refused()
    {
        var schema = EncodedStream.SchemaOf(2, 1);
        using var pool = new DevicePool(device.Accelerator, schema);
        Assert.Throws<InvalidDataException>(() => pool.Add(Spec(Fern), Seed, Image(3L, 8L)));
        Assert.Throws<InvalidDataException>(() => pool.Add(Spec(Cross), Seed, Image(3L, 8L)));
        Assert.Throws<InvalidDataException>(() => pool.Add(Spec(Cross), Seed, Image(3L, 4L, 5, 5)));
        Assert.Throws<InvalidDataException>(() => pool.Add(Spec(Cross), Seed, Image(3L, 4L, 5, 512)));
        Assert.Throws<InvalidDataException>(() => pool.Add(Spec(Cross), Seed, Image(3L, 4L, 5, 6)));
    }

    private static float[] Learned(DevicePool pool, DeviceExpert expert, TrainingBatch batch) =>
        pool.Run(batch, [new DeviceJob(expert, null, Learns: true)])[0];

    private static IEnumerable<int> LearnedBits(DevicePool pool, DeviceExpert expert, TrainingBatch batch) =>
        Bits(expert, batch, [.. Enumerable.Range(0, batch.Rows)], Learned(pool, expert, batch));

    /// <summary>An expert of three numeric columns and a categorical one that learned many classes.</summary>
    private static IExpert OfManyClasses(string text)
    {
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 400, classes: 40, seed: 9);
        var expert = Create(text, stream);
        foreach (var batch in stream.Batches(100))
            ExpertRunner.Run(expert, batch, null);
        return expert;
    }

    private static int[] KeysOf(ReadOnlyMemory<byte> image)
    {
        var state = new StateReader(image);
        state.ReadInt64();
        state.ReadInt64();
        return state.ReadArray<int>();
    }

    private static ReadOnlyMemory<byte> Image(long classes, long stride, params int[] keys)
    {
        var state = new StateWriter();
        state.Write(classes);
        state.Write(stride);
        state.Write<int>(keys);
        state.Write<float>(new float[3]);
        return state.Written;
    }
}
