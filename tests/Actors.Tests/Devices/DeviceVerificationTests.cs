using Akka.Configuration;
using MoE.Actors.Devices;
using MoE.Actors.Gate;
using MoE.Actors.Inspection;
using Xunit;

namespace MoE.Actors.Tests.Devices;

/// <summary>Logs that a device computed, walked again.</summary>
public sealed class DeviceVerificationTests(TestDevice device) : IClassFixture<TestDevice>, IDisposable
{
    private const int Rows = 500;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");
    private static readonly Placement On = new("cuda:0", "a card", ["mlp *"]);

    private readonly TestFolder _folder = new();

    private DurabilityOptions Durable => Models.Memory with
    {
        DataDirectory = _folder.Path,
        CheckpointInterval = TimeSpan.FromHours(1),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_that_a_device_computed_arrives_on_it_at_the_newest_checkpoint()
    {
        var report = await LearnAsync(Rows, DeviceOffer.Of(device.Settings));
        var verification = await VerifyAsync(device.Settings);
        Assert.True(verification.Holds);
        Assert.Equal([$"test ({device.Settings.Description})"], verification.Devices);
        Assert.Equal((report.Fingerprint, report.Fingerprint),
            (verification.Fingerprint, verification.LastFingerprint));
    }

    [Fact]
    public async Task Copies_and_what_else_changes_a_pool_are_walked_as_they_were()
    {
        await using (var mixture = await Models.StartAsync(Durable, overrides: Quiet, device: device.Settings))
            await new CommandedRows(Rows, 2).TeachAsync(mixture);
        Assert.Empty((await VerifyAsync(device.Settings)).Differences);
        Assert.True((await VerifyAsync(device.Settings)).Holds);
    }

    [Fact]
    public async Task A_device_of_another_name_that_is_described_alike_verifies()
    {
        await LearnAsync(Rows, DeviceOffer.Of(device.Settings));
        Assert.True((await VerifyAsync(device.Settings with { Name = "test:1" })).Holds);
        var other = device.Settings with { Description = "another device" };
        Assert.Contains("which is not available here", (await VerifyAsync(other)).Left, StringComparison.Ordinal);
        Assert.True(Verification.Of(await ReadAsync(), [other], isNamed: true).Holds);
    }

    [Fact]
    public async Task Behind_a_checkpoint_another_device_takes_over_and_the_walk_does_as_well()
    {
        await LearnAsync(Models.EndOf(8), DeviceOffer.Of(device.Settings));
        await using (var mixture = await Models.StartAsync(Durable, overrides: Quiet, offer: new("auto", [], null)))
        {
            var source = new SeededRows(Models.EndOf(12));
            await Models.SkipAsync(mixture, source);
            await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
            await mixture.AbortAsync();                      // so that no checkpoint comes behind the eighth batch
        }
        var verification = await VerifyAsync(device.Settings);
        Assert.True(verification.Holds);
        Assert.Equal((8L, 12L), (verification.Checkpoint, verification.LastBatch));
        var report = await LearnAsync(Models.EndOf(12), new DeviceOffer("auto", [], null));
        Assert.Equal(report.Fingerprint, verification.LastFingerprint);
    }

    [Fact]
    public void A_device_that_was_lost_between_two_checkpoints_ends_what_can_be_walked()
    {
        var plan = Plan(new DeviceChosen(1, On), new DeviceChosen(7, Placement.Cpu));
        Assert.Equal(0, plan.Last);
        Assert.Equal("batches 1 to 16 were not replayed: cuda:0 (a card) was lost after batch 6, and the CPU "
            + "learned the rows of its experts again", plan.Left);
    }

    [Fact]
    public void A_specification_that_had_no_room_any_more_between_two_checkpoints_ends_it_as_well() => Assert.Equal(
        "batches 1 to 16 were not replayed: cuda:0 (a card) had no room for some experts after batch 6, and "
            + "the CPU learned their rows again",
        Plan(new DeviceChosen(1, On), new DeviceChosen(7, On with { Kinds = ["mlp"] })).Left);

    [Fact]
    public void A_device_that_is_not_here_ends_it_too_and_one_that_is_chosen_from_the_first_batch_on_does_not()
    {
        var missing = ReplayPlan.Of(0, StateOf(new DeviceChosen(1, On)), _ => null);
        Assert.Equal(
            "batches 1 to 16 were not replayed: batch 1 was computed on cuda:0 (a card), which is not available here", missing.Left);
        var plan = Plan(new DeviceChosen(1, On), new DeviceChosen(1, On with { Kinds = ["fern *"] }));
        Assert.Equal((16L, (string?)null), (plan.Last, plan.Left));
        Assert.Equal(["fern *"], plan.ChangeAt(1)!.Value.Placement.Kinds);
        Assert.Null(plan.ChangeAt(2));
    }

    private ReplayPlan Plan(params DeviceChosen[] chosen) => ReplayPlan.Of(0, StateOf(chosen), _ => device.Settings);

    private static GateState StateOf(params DeviceChosen[] chosen) =>
        GateState.Empty with { Accepted = 16, Devices = [.. chosen] };

    private async Task<MixtureReport> LearnAsync(int rows, DeviceOffer offer)
    {
        await using var mixture = await Models.StartAsync(Durable, overrides: Quiet, offer: offer);
        using var source = new SeededRows(rows);
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        return await mixture.ReportAsync();
    }

    private Task<StoredModel> ReadAsync() => ModelStore.ReadAsync(Durable, CancellationToken.None);

    private async Task<Verification> VerifyAsync(DeviceSettings by) => Verification.Of(await ReadAsync(), [by]);
}
