using System.Reflection;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Cross;
using MoE.Compute.Experts.Cross.Gpu;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Deep.Gpu;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Experts.Fern.Gpu;
using MoE.Compute.Experts.Knn;
using MoE.Compute.Experts.Knn.Gpu;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Experts.Mlp.Gpu;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Slots;
using Xunit;
using static MoE.Compute.Tests.Gpu.Twins;

namespace MoE.Compute.Tests.Gpu;

/// <summary>Devices with little memory, and experts that are larger than kernels count.</summary>
[Collection(nameof(OneDevice))]
public sealed class DeviceRoomTests(TestDevice device)
{
    private const string Text = "cross bits=8 rate=0.05";

    private readonly EncodedStream _stream = new(numeric: 2, categorical: 1, rows: 60, classes: 3, seed: 12);

    [Fact]
    public void A_pool_takes_as_many_experts_as_there_is_memory_for_and_says_of_whom_there_is_too_much()
    {
        using var pool = Pool(slots: 6.5);
        List<DeviceExpert> experts = [.. Enumerable.Range(0, 6).Select(_ => Both(pool, _stream, Text).OnDevice)];
        var full = Assert.Throws<DeviceRoomException>(() => Both(pool, _stream, Text));
        Assert.Equal(Text, full.Specification);
        Assert.Equal("7 of them take 0.1 MB, and so much memory is not free", full.Reason);
        AssertIsAlone(pool, experts);
        pool.Remove(experts[0]);
        experts[0] = Both(pool, _stream, Text).OnDevice;
    }

    [Fact]
    public void Slots_move_by_way_of_this_machine_where_old_and_new_have_no_room_beside_each_other()
    {
        using var pool = Pool(slots: 4.5);
        List<DeviceExpert> experts = [.. Enumerable.Range(0, 3).Select(_ => Both(pool, _stream, Text).OnDevice)];
        AssertIsAlone(pool, experts);
    }

    [Fact]
    public void A_copy_that_has_no_room_is_refused_and_the_others_go_on()
    {
        using var pool = Pool(slots: 1.5);
        var parent = Both(pool, _stream, Text).OnDevice;
        Assert.Throws<DeviceRoomException>(() => pool.Clone(parent, 0f, 0));
        AssertIsAlone(pool, [parent]);
    }

    [Fact]
    public void A_batch_of_more_classes_than_there_is_room_for_is_refused_and_nothing_has_changed()
    {
        var many = new EncodedStream(numeric: 2, categorical: 1, rows: 60, classes: 30, seed: 13);
        using var pool = Pool(slots: 2.5);
        var expert = Both(pool, _stream, Text).OnDevice;
        var image = pool.Read(expert).ToArray();
        var full = Assert.Throws<DeviceRoomException>(
            () => pool.Begin([new BatchJobs(many.Batches(60).Single(), [new(expert, null, Learns: true)])]));
        Assert.Equal(Text, full.Specification);
        Assert.Equal(image, pool.Read(expert).ToArray());
        AssertIsAlone(pool, [expert]);
    }

    [Fact]
    public void Memory_of_a_specification_whose_last_expert_went_is_free_for_another_one()
    {
        using var pool = Pool(slots: 1.5);
        for (var i = 0; i < 3; i++)
            pool.Remove(Both(pool, _stream, $"{Text} pairs={i}").OnDevice);
    }

    [Fact]
    public void An_expert_that_would_have_more_numbers_than_kernels_count_is_refused()
    {
        var place = new ArenaPlace(new DeviceMemory(device.Accelerator, long.MaxValue), "such an expert",
            new HashSet<MethodInfo>());
        var cross = new CrossArena(place, new CrossOptions { Bits = 22 }, 2, 0);
        var fern = new FernArena(place, new FernOptions { Count = 128, Depth = 14 }, 2, 0);
        var mlp = new MlpArena(place, new MlpOptions { Hidden = 8192, Optimizer = MlpOptimizer.Adam }, 2, 20);
        var room = SlotRoom.For(MixtureOptions.MostClasses, Vocabulary.MaxCategories);
        foreach (var arena in new IExpertArena[] { cross, fern, mlp })
            using (arena)
                Assert.EndsWith(" numbers, but a device takes at most 2147483591 of one expert",
                    Assert.Throws<DeviceRoomException>(() => arena.Fit(room)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(17, 30)]
    [InlineData(40, 100)]
    public void Floats_are_counted_ahead_as_they_are_laid_out(int classes, int names)
    {
        var room = SlotRoom.For(classes, names);
        var cross = new CrossOptions { Bits = 9 };
        Assert.Equal(CrossLayout.Of(cross, 2, 1, 5, room).Size.Floats, CrossLayout.FloatsOf(cross, room));
        var fern = new FernOptions { Count = 3, Depth = 5 };
        Assert.Equal(FernLayout.Of(fern, 2, 1, room).Size.Floats, FernLayout.FloatsOf(fern, room));
        var memory = KnnLayout.Of(new KnnOptions { Size = 1000 }, 2, 1);
        Assert.Equal(memory.SlotSize.Floats, memory.Floats);
        foreach (var optimizer in Enum.GetValues<MlpOptimizer>())
        {
            var mlp = new MlpOptions { Hidden = 20, Optimizer = optimizer, Average = classes == 2 ? 0.01f : 0f };
            Assert.Equal(MlpLayout.Of(mlp, 2, 3, room).Size.Floats, MlpLayout.FloatsOf(mlp, 2, 3, room));
            var deep = new DeepOptions { Hidden = 20, Second = 40, Minibatch = 7, Optimizer = optimizer };
            Assert.Equal(DeepLayout.Of(deep, 2, 3, room, 4).Size.Floats, DeepLayout.FloatsOf(deep, 2, 3, room));
        }
    }

    /// <summary>A pool with memory for so many slots for up to 3 classes.</summary>
    private DevicePool Pool(double slots)
    {
        var options = new CrossOptions { Bits = 8 };
        var keys = new CrossKeys(options, 2, 1, seed: 0).Keys.Length;
        var size = CrossLayout.Of(options, 2, 1, keys, SlotRoom.For(3, 0) with { Narrow = 4 }).Size;
        return new DevicePool(device.Accelerator, _stream.Schema, (long)(slots * size.Bytes));
    }

    private static int[] All(TrainingBatch batch) => [.. Enumerable.Range(0, batch.Rows)];

    /// <summary>That experts learn as one does that has the device for itself.</summary>
    private void AssertIsAlone(DevicePool pool, IReadOnlyList<DeviceExpert> experts)
    {
        using var other = new DevicePool(device.Accelerator, _stream.Schema);
        var single = Both(other, _stream, Text).OnDevice;
        foreach (var batch in _stream.Batches(20))
        {
            var expected = other.Run(batch, [new DeviceJob(single, null, Learns: true)])[0];
            foreach (var answers in pool.Run(batch, [.. experts.Select(e => new DeviceJob(e, null, Learns: true))]))
                Assert.Equal(Bits(single, batch, All(batch), expected), Bits(single, batch, All(batch), answers));
        }
        foreach (var expert in experts)
            Assert.Equal(other.Read(single).ToArray(), pool.Read(expert).ToArray());
    }
}
