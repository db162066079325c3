using MoE.Actors.Devices;
using MoE.Actors.Devices.Trials;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Devices;

public sealed class DeviceTrialTests(TestDevice device) : IClassFixture<TestDevice>
{
    private const string Bank = "mlp input=z hidden=8";

    [Theory]
    [InlineData(100, 80, true)]
    [InlineData(100, 81, false)]
    [InlineData(100, 100, false)]
    [InlineData(0, 0, true)]
    public void The_cpu_has_what_a_device_is_not_clearly_faster_for(int cpu, int onDevice, bool isFaster) =>
        Assert.Equal(isFaster, KindTiming.IsFaster(TimeSpan.FromTicks(cpu), TimeSpan.FromTicks(onDevice)));

    [Fact]
    public void A_device_has_the_specifications_that_it_is_faster_for()
    {
        var timings = Trial(threads: 2).Time(device.Settings);
        Assert.Equal([("mlp input=hat hidden=16", 1, false), (Bank, 6, true)],
            timings.Select(timing => (timing.Text, timing.Experts, timing.IsForDevice)));
        Assert.Equal(new Placement("test", device.Settings.Description, [Bank]),
            DeviceTrial.Choose(device.Settings, timings));
        Assert.Equal(Placement.Cpu, DeviceTrial.Choose(device.Settings, timings.Take(1)));
    }

    [Fact]
    public void More_threads_make_the_cpu_faster() => Assert.Equal(Placement.Cpu,
        DeviceTrial.Choose(device.Settings, Trial(threads: 9).Time(device.Settings)));

    [Fact]
    public void A_device_that_is_ready_says_what_it_computes_and_what_that_took()
    {
        using var pool = device.Settings.Open(new SeededRows(0).Schema);
        var settings = device.Settings with { Scorer = BankTimes.Simd };
        var taken = Trial(threads: 2).Begin(settings, pool, settings.All);
        Assert.Null(taken.Banks);                            // for it is not faster than the CPU
        Assert.Equal(new Placement("test", device.Settings.Description, ["mlp *"]), taken.Placement);
        Assert.Equal("test: a device of the tests, 1 kind (mlp), 1 kernel compiled in 80 ms", $"{taken.Status}");
    }

    private static DeviceTrial Trial(int threads) => new(new SeededRows(0).Schema, Models.Options,
        Roster.Of(Models.Options).Members, threads, new SteppingClock());

    /// <summary>A clock on which everything takes the same time.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += TimeSpan.FromMilliseconds(40).Ticks;
    }
}
