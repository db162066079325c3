using Akka.Actor;
using Akka.Configuration;
using Xunit;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;

namespace MoE.Actors.Tests.Devices;

/// <summary>Models some of whose experts are computed on a device.</summary>
public sealed class DeviceActorTests(TestDevice device) : IClassFixture<TestDevice>
{
    private const int Rows = 600;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Fact]
    public async Task A_model_on_a_device_learns_what_one_on_the_cpu_does()
    {
        var cpu = await Models.LearnAsync(Rows);
        var report = await LearnAsync(Rows, Models.Memory);
        Assert.Equal(cpu.Scores.Rows, report.Scores.Rows);
        Assert.Equal(cpu.Scores.Accuracy, report.Scores.Accuracy, 0.5);
        Assert.Equal(cpu.Scores.LogLoss, report.Scores.LogLoss, 1e-3);
    }

    [Fact]
    public async Task The_same_rows_give_the_same_bits_however_often_experts_are_killed()
    {
        var unbroken = await LearnAsync(Rows, Models.Memory);
        var often = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        await using var mixture = await Models.StartAsync(often, overrides: Quiet, device: device.Settings);
        var batches = 0;
        await mixture.LearnAsync(new SeededRows(Rows), _ =>
        {
            if (++batches % 5 == 0)
                mixture.System.ActorSelection($"/user/models/default/gate/experts/bank-{1 + (batches % 6)}")
                    .Tell(Kill.Instance, ActorRefs.NoSender);
        }, CancellationToken.None);
        Assert.Equal(unbroken.Fingerprint, (await mixture.ReportAsync()).Fingerprint);
    }

    [Fact]
    public async Task A_model_that_was_closed_goes_on_on_the_device_with_the_same_bits()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        await LearnAsync(Models.EndOf(17), durable);
        var report = await LearnAsync(Rows, durable);
        Assert.Equal((await LearnAsync(Rows, Models.Memory)).Fingerprint, report.Fingerprint);
    }

    [Fact]
    public async Task A_device_that_cannot_be_opened_leaves_its_experts_to_the_cpu()
    {
        var broken = device.Settings with { Open = _ => throw new InvalidOperationException("out of order") };
        await using var mixture = await Models.StartAsync(overrides: Quiet, device: broken);
        await mixture.LearnAsync(new SeededRows(Rows), _ => { }, CancellationToken.None);
        Assert.Equal(Models.SingleFingerprint(Rows), (await mixture.ReportAsync()).Fingerprint);
    }

    [Fact]
    public async Task A_device_that_is_lost_on_the_way_loses_no_row()
    {
        var breaks = device.Settings with { Open = schema => new BreakingPool(device.Settings.Open(schema), batches: 10) };
        await using var mixture = await Models.StartAsync(overrides: Quiet, device: breaks);
        await mixture.LearnAsync(new SeededRows(Rows), _ => { }, CancellationToken.None);
        var lost = await mixture.System.ActorSelection("/system/moe-device-test").Ask<DeviceLost>(
            new ReadImage("default", 0, "to hear that it is lost"));
        Assert.Equal($"test failed: {BreakingPool.Reason}", lost.Reason);
        var (report, cpu) = (await mixture.ReportAsync(), await Models.LearnAsync(Rows));
        Assert.Equal(cpu.Scores.Rows, report.Scores.Rows);
        Assert.Equal(cpu.Scores.Accuracy, report.Scores.Accuracy, 0.5);
    }

    private async Task<MixtureReport> LearnAsync(int rows, DurabilityOptions durability)
    {
        await using var mixture = await Models.StartAsync(durability, overrides: Quiet, device: device.Settings);
        using var source = new SeededRows(rows);
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        return await mixture.ReportAsync();
    }
}
