using Akka.Actor;
using Akka.Configuration;
using MoE.Compute.Experts;
using MoE.Compute.Gpu;
using Xunit;

namespace MoE.Actors.Tests.Devices;

/// <summary>Pools that change while a device computes for a part of them.</summary>
public sealed class DeviceCopyTests(DeviceCopyTests.Unbroken unbroken) : IClassFixture<DeviceCopyTests.Unbroken>
{
    private const int Rows = 900;
    private const int Every = 2;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Fact]
    public async Task Copies_are_made_on_the_device_and_have_the_bits_of_those_made_by_their_image()
    {
        var (adds, clones, refused) = (0, 0, 0);
        var onDevice = await LearnAsync(
            pool => new HookedPool(pool) { OnAdd = _ => adds++, OnClone = () => clones++ });
        var byImage = await LearnAsync(pool => new HookedPool(pool) { OnClone = Refuse });
        Assert.Equal(byImage.Fingerprint, onDevice.Fingerprint);
        Assert.InRange(clones, 10, int.MaxValue);
        Assert.Equal(7 + 2, adds);                           // the pool's networks, and one each to compile their kernels
        Assert.InRange(refused, 5, int.MaxValue);

        void Refuse()
        {
            refused++;
            throw new DeviceRoomException("mlp", "no room for copies by the test");
        }
    }

    [Fact]
    public async Task Experts_that_are_killed_while_the_pool_changes_begin_again_as_they_began()
    {
        var often = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        var random = new Random(5);
        var report = await LearnAsync(pool => pool, often, (mixture, batch) =>
        {
            var member = batch.Roster[random.Next(batch.Roster.Count)];
            if (random.Next(4) == 0)
                mixture.System.ActorSelection($"/user/models/default/gate/experts/{member.Origin}")
                    .Tell(random.Next(2) == 0 ? Kill.Instance : PoisonPill.Instance, ActorRefs.NoSender);
        });
        Assert.Equal((await unbroken.Report.Value).Fingerprint, report.Fingerprint);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(20)]
    public async Task A_device_that_is_lost_with_copies_on_it_loses_no_row_and_no_expert(int batches)
    {
        var report = await LearnAsync(pool => new BreakingPool(pool, batches));
        Assert.All(report.Devices, name => Assert.Equal("cpu", name));
        await AssertWholeAsync(report);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(30)]
    public async Task A_specification_without_room_goes_on_on_the_cpu_and_the_others_on_the_device(int launches)
    {
        const string Bank = "mlp input=z hidden=8";
        var left = launches;
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        var report = await LearnAsync(pool => new HookedPool(pool) { OnBegin = Count }, durable);
        Assert.Equal(
            report.Roster.Members.Select(member => member.Spec.Text is "mlp input=hat hidden=16" ? "test" : "cpu"),
            report.Devices);
        await AssertWholeAsync(report);
        Assert.Equal(report.Fingerprint, (await LearnAsync(pool => pool, durable)).Fingerprint);

        void Count()
        {
            if (left-- == 0)
                throw new DeviceRoomException(Bank, "no room by the test");
        }
    }

    [Fact]
    public async Task A_specification_that_has_no_room_from_the_start_leaves_the_others_on_the_device()
    {
        var report = await LearnAsync(pool => new HookedPool(pool)
        {
            OnAdd = spec =>
            {
                if (spec.Text == "mlp input=hat hidden=16")
                    throw new DeviceRoomException(spec.Text, "no room by the test");
            },
        });
        Assert.Equal(
            report.Roster.Members.Select(member => member.Spec.Text is "mlp input=z hidden=8" ? "test" : "cpu"),
            report.Devices);
        await AssertWholeAsync(report);
    }

    private async Task AssertWholeAsync(MixtureReport report)
    {
        var whole = await unbroken.Report.Value;
        Assert.Equal(whole.Scores.Rows, report.Scores.Rows);
        Assert.Equal(whole.Roster.Members, report.Roster.Members);
        Assert.Equal(whole.Scores.Accuracy, report.Scores.Accuracy, 1.0);
    }

    private Task<MixtureReport> LearnAsync(
        Func<IDevicePool, IDevicePool> on, DurabilityOptions? durability = null,
        Action<LocalMixture, Compute.Batches.BatchOutcome>? onBatch = null) =>
        LearnAsync(unbroken.Device, on, durability, onBatch);

    private static async Task<MixtureReport> LearnAsync(
        TestDevice device, Func<IDevicePool, IDevicePool> on, DurabilityOptions? durability = null,
        Action<LocalMixture, Compute.Batches.BatchOutcome>? onBatch = null)
    {
        var settings = device.Settings with { Open = schema => on(device.Settings.Open(schema)) };
        await using var mixture = await Models.StartAsync(durability, overrides: Quiet, device: settings);
        var rows = new CommandedRows(Rows, Every);
        await Models.SkipAsync(mixture, rows);
        await rows.TeachAsync(mixture, batch => onBatch?.Invoke(mixture, batch));
        return await mixture.ReportAsync();
    }

    /// <summary>The device, and the run without any trouble that the others are compared with: once for all tests.</summary>
    public sealed class Unbroken : IDisposable
    {
        public Unbroken() => Report = new(() => LearnAsync(Device, pool => pool));

        public TestDevice Device { get; } = new();

        internal Lazy<Task<MixtureReport>> Report { get; }

        public void Dispose() => Device.Dispose();
    }
}
