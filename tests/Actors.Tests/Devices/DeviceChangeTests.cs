using Akka.Configuration;
using MoE.Actors.Devices;
using MoE.Actors.Inspection;
using Xunit;

namespace MoE.Actors.Tests.Devices;

/// <summary>Stored models that are computed on a device, and then on another.</summary>
public sealed class DeviceChangeTests(TestDevice device) : IClassFixture<TestDevice>, IDisposable
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    private readonly TestFolder _folder = new();

    private DurabilityOptions Durable => Models.Memory with
    {
        DataDirectory = _folder.Path,
        CheckpointInterval = TimeSpan.FromHours(1),
    };

    private DeviceOffer Auto(bool isThere) => new("auto", isThere ? [device.Settings] : [], null);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Auto_goes_on_on_the_device_that_was_chosen_with_the_same_bits()
    {
        await LearnAsync(8, DeviceOffer.Of(device.Settings));
        var again = await LearnAsync(16, Auto(isThere: true));
        await using var unbroken = await Models.StartAsync(overrides: Quiet, device: device.Settings);
        await unbroken.LearnAsync(new SeededRows(Models.EndOf(16)), _ => { }, CancellationToken.None);
        Assert.Equal((await unbroken.ReportAsync()).Fingerprint, again.Fingerprint);
        Assert.Equal(["test", "cpu", "cpu", "test"], again.Devices.Take(4));
        Assert.Equal([(1, "test")], await DevicesAsync());
    }

    [Fact]
    public async Task A_device_that_is_gone_is_replaced_for_good()
    {
        await LearnAsync(8, DeviceOffer.Of(device.Settings));
        Assert.Equal("batches 1 to 8 were not replayed: batch 1 was computed on test "
            + $"({device.Settings.Description}), which is not available here", (await VerifyAsync()).Left);
        var report = await LearnAsync(16, Auto(isThere: false));
        Assert.All(report.Devices, name => Assert.Equal("cpu", name));
        Assert.Equal([(9, "cpu")], await DevicesAsync());
        Assert.True((await VerifyAsync()).Holds);            // from checkpoint 8, which the device made
        Assert.All((await LearnAsync(24, Auto(isThere: true))).Devices, name => Assert.Equal("cpu", name));
    }

    [Fact]
    public async Task A_model_of_which_no_device_is_told_stays_on_the_cpu_until_one_is_named()
    {
        await LearnAsync(8, DeviceOffer.Cpu);
        await LearnAsync(16, new DeviceOffer("auto", [device.Settings], device.Settings));
        Assert.Empty(await DevicesAsync());
        Assert.True((await VerifyAsync()).Holds);
        await LearnAsync(24, DeviceOffer.Of(device.Settings));
        Assert.Equal([(17, "test")], await DevicesAsync());
    }

    [Fact]
    public async Task A_new_model_on_auto_has_what_turns_out_to_be_faster()
    {
        var report = await LearnAsync(8, new DeviceOffer("auto", [device.Settings], device.Settings));
        Assert.All(report.Devices, name => Assert.Equal("cpu", name));
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(8)), report.Fingerprint);
        Assert.Empty(await DevicesAsync());
    }

    [Theory]
    [InlineData(5, int.MaxValue)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(int.MaxValue, 2)]
    [InlineData(int.MaxValue, 5)]
    public async Task A_loss_is_in_the_log_and_no_row_is_lost(int batches, int adds)
    {
        var breaks = device.Settings with { Open = schema => new BreakingPool(device.Settings.Open(schema), batches, adds) };
        var report = await LearnAsync(16, DeviceOffer.Of(breaks));
        Assert.All(report.Devices, name => Assert.Equal("cpu", name));
        Assert.Equal(Models.EndOf(16) - (Models.EndOf(16) / 97), report.Scores.Rows);
        Assert.Equal(adds == 0 ? [] : ["cpu"], (await DevicesAsync()).Select(chosen => chosen.Name));
        Assert.Equal(report.Fingerprint, (await LearnAsync(16, Auto(isThere: false))).Fingerprint);
        if (adds < int.MaxValue)
            Assert.Equal(Models.SingleFingerprint(Models.EndOf(16)), report.Fingerprint);
    }

    private async Task<MixtureReport> LearnAsync(int batches, DeviceOffer offer)
    {
        await using var mixture = await Models.StartAsync(Durable, overrides: Quiet, offer: offer);
        using var source = new SeededRows(Models.EndOf(batches));
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        return await mixture.ReportAsync();
    }

    private async Task<IEnumerable<(long From, string Name)>> DevicesAsync() =>
        ModelDescription.Of(await ModelStore.ReadAsync(Durable, CancellationToken.None)).Devices
            .Select(chosen => (chosen.From, chosen.Placement.Device));

    private async Task<Verification> VerifyAsync() =>
        Verification.Of(await ModelStore.ReadAsync(Durable, CancellationToken.None));
}
