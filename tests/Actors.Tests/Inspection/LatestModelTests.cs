using Akka.Configuration;
using MoE.Actors.Devices;
using MoE.Actors.Inspection;
using MoE.Actors.Tests.Devices;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Growth;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;
using Xunit;

namespace MoE.Actors.Tests.Inspection;

/// <summary>What is exported of a model that was killed behind its newest checkpoint.</summary>
public sealed class LatestModelTests(TestDevice device) : IClassFixture<TestDevice>, IDisposable
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    private static readonly GrowthOptions Growing = new()
    {
        Interval = 512,
        Budget = 3,
        Detector = GrowthDetector.PageHinkley,
        Watch = GrowthWatch.Experts,
    };

    private readonly TestFolder _folder = new();
    private readonly TestFolder _copy = new();

    public void Dispose()
    {
        _folder.Dispose();
        _copy.Dispose();
    }

    [Fact]
    public async Task A_model_that_grows_is_exported_as_of_its_last_event_and_goes_on_as_if_it_was_never_moved()
    {
        await LearnAsync(_folder, new SeededRows(Models.EndOf(20)), Growing);
        await KillAsync(new SeededRows(Models.EndOf(200)), Growing);
        var stored = await ReadAsync();
        Assert.True(stored.State.Changes.Count > 3, "growth changed nothing");
        var latest = LatestModel.Of(stored, Growing)!;
        Assert.Equal((20L, 200L, (string?)null),
            (stored.Checkpoints[0].Number, latest.Model.Progress.LastBatch, latest.Left));
        await ImportAsync(latest.Model);
        var (original, copy) = (await OpenAsync(_folder, Growing), await OpenAsync(_copy, Growing));
        Assert.Equal(original.Fingerprint, copy.Fingerprint);
        Assert.Equal(original.Fingerprint, latest.Model.Fingerprint());
        Assert.Equal(original.Roster.Members, copy.Roster.Members);
        Assert.Equal((await NewestGateAsync(_folder)).Growth, (await NewestGateAsync(_copy)).Growth);
        original = await LearnAsync(_folder, new SeededRows(9000), Growing);
        copy = await LearnAsync(_copy, new SeededRows(9000), Growing);
        Assert.Equal(original.Roster.Members, copy.Roster.Members);
        Assert.Equal(original.Fingerprint, copy.Fingerprint);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public async Task Changes_of_every_kind_behind_a_checkpoint_or_without_one_are_in_the_file(int checkpoint)
    {
        if (checkpoint > 0)
            await LearnAsync(_folder, new CommandedRows(Models.EndOf(checkpoint), 1));
        await KillAsync(new CommandedRows(Models.EndOf(60), 1));
        var latest = LatestModel.Of(await ReadAsync(), GrowthOptions.Off)!;
        await ImportAsync(latest.Model);
        var (original, copy) = (await OpenAsync(_folder), await OpenAsync(_copy));
        Assert.Equal(original.Roster.Members, copy.Roster.Members);
        Assert.Equal((original.Fingerprint, original.Fingerprint), (copy.Fingerprint, latest.Model.Fingerprint()));
        Assert.Equal(ModelDescription.Of(await ReadAsync()).Sources, latest.Model.Progress.Sources);
    }

    [Fact]
    public async Task A_change_that_no_row_came_behind_is_in_the_file_and_nothing_is_learned_for_it()
    {
        await LearnAsync(_folder, new SeededRows(Models.EndOf(10)));
        await ChangeAsync("add --clone hat --id twin --noise 0.1");
        await ChangeAsync("retire fern");
        await ChangeAsync("rename memory near");
        var stored = await ReadAsync();
        var latest = LatestModel.Of(stored, Growing)!;
        Assert.Equal(stored.NewestWhole!.Gate.ToArray(), latest.Model.Gate.ToArray());
        Assert.Equal(3, latest.Model.Progress.Changes.Count);
        await ImportAsync(latest.Model);
        var (original, copy) = (await OpenAsync(_folder), await OpenAsync(_copy));
        Assert.Equal(original.Roster.Members, copy.Roster.Members);
        Assert.Equal((original.Fingerprint, original.Fingerprint), (copy.Fingerprint, latest.Model.Fingerprint()));
        Assert.Contains(copy.Roster.Members, member => member.Spec.Id == "twin");
        Assert.Equal(
            original.Roster.Members, ModelDescription.Of(latest.Model).Roster.Select(expert => expert.Member));
    }

    [Fact]
    public async Task A_renamed_expert_keeps_its_scores_in_the_picture()
    {
        await LearnAsync(_folder, new SeededRows(Models.EndOf(10)));
        var before = ModelDescription.Of(await ReadAsync()).ExpertScores;
        await ChangeAsync("rename fern old");
        await ChangeAsync("rename hat fern");
        var after = ModelDescription.Of(await ReadAsync()).ExpertScores;
        Assert.Equal(before.Single(score => score.Id == "fern").Accuracy, after.Single(s => s.Id == "old").Accuracy);
        Assert.Equal(before.Single(score => score.Id == "hat").Accuracy, after.Single(s => s.Id == "fern").Accuracy);
    }

    [Fact]
    public async Task An_expert_that_was_put_out_behind_the_checkpoint_is_out_of_the_file()
    {
        await LearnAsync(_folder, new SeededRows(Models.EndOf(10)));
        await KillAsync(new SeededRows(Models.EndOf(30)), newExpert: member => member.Origin != "fern"
            ? Models.NewExpert(member)
            : new FaultyExpert(Models.NewExpert(member), batch => batch.Number == 20 ? Fault.Throws : Fault.None));
        var latest = LatestModel.Of(await ReadAsync(), GrowthOptions.Off)!;
        var dropped = Assert.Single(latest.Model.Progress.Dropped);
        Assert.Equal(("fern", 20L), (dropped.Id, dropped.From));
        await ImportAsync(latest.Model);
        Assert.Equal((await OpenAsync(_folder)).Fingerprint, (await OpenAsync(_copy)).Fingerprint);
    }

    [Fact]
    public async Task A_log_that_is_damaged_behind_the_newest_checkpoint_leaves_that_and_says_so()
    {
        await LearnAsync(_folder, new SeededRows(Models.EndOf(10)));
        await KillAsync(new SeededRows(Models.EndOf(20)));
        await StoredModels.DamageEventAsync(_folder, "max(sequence_number)");
        var latest = LatestModel.Of(await ReadAsync(), GrowthOptions.Off)!;
        Assert.Equal((10L, "the log is damaged after batch 10"), (latest.Model.Progress.LastBatch, latest.Left));
    }

    [Fact]
    public async Task Where_the_newest_checkpoint_is_damaged_the_log_is_walked_from_the_one_before()
    {
        await LearnAsync(_folder, new SeededRows(Models.EndOf(10)));
        var expected = (await LearnAsync(_folder, new SeededRows(Models.EndOf(20)))).Fingerprint;
        await StoredModels.DamageImageAsync(_folder, "expert-fern", 20);
        var latest = LatestModel.Of(await ReadAsync(), GrowthOptions.Off)!;
        Assert.Equal((20L, null, expected), (latest.Model.Progress.LastBatch, latest.Left, latest.Model.Fingerprint()));
    }

    [Fact]
    public async Task What_a_device_computed_is_learned_again_by_it_and_left_out_where_it_is_not_here()
    {
        var rows = new SeededRows(Models.EndOf(10));
        await LearnAsync(_folder, rows, offer: DeviceOffer.Of(device.Settings));
        await KillAsync(new SeededRows(Models.EndOf(14)), offer: DeviceOffer.Of(device.Settings));
        var stored = await ReadAsync();
        var latest = LatestModel.Of(stored, GrowthOptions.Off, [device.Settings])!;
        Assert.Equal((14L, null), (latest.Model.Progress.LastBatch, latest.Left));
        var without = LatestModel.Of(stored, GrowthOptions.Off, [])!;
        Assert.Equal(10L, without.Model.Progress.LastBatch);
        Assert.Equal($"batches 11 to 14 were not replayed: batch 11 was computed on test ({device.Settings.Description}), "
            + "which is not available here", without.Left);
        Assert.Equal(rows.Id, Assert.Single(without.Model.Progress.Sources).Id);
        Assert.Equal(Models.EndOf(10), without.Model.Progress.Sources[0].Offset);
        var original = await LearnAsync(
            _folder, new SeededRows(Models.EndOf(14)), offer: DeviceOffer.Of(device.Settings));
        Assert.Equal(original.Fingerprint, latest.Model.Fingerprint());
    }

    [Fact]
    public async Task A_device_that_fails_leaves_the_checkpoint()
    {
        await LearnAsync(_folder, new SeededRows(Models.EndOf(10)), offer: DeviceOffer.Of(device.Settings));
        await KillAsync(new SeededRows(Models.EndOf(14)), offer: DeviceOffer.Of(device.Settings));
        var failing = device.Settings with { Open = _ => throw new DeviceException("test: the driver is gone.") };
        var latest = LatestModel.Of(await ReadAsync(), GrowthOptions.Off, [failing])!;
        Assert.Equal((10L, "test: the driver is gone"), (latest.Model.Progress.LastBatch, latest.Left));
    }

    private Task<StoredModel> ReadAsync() => StoredModels.ReadAsync(_folder);

    private static async Task<(byte[] Mixing, byte[]? Growth)> NewestGateAsync(TestFolder folder)
    {
        var (_, mixing, growth) = GateImage.Split(
            (await StoredModels.ReadAsync(folder)).NewestWhole!.Gate);
        return (mixing, growth);
    }

    // By way of the file, as a user moves a model.
    private async Task ImportAsync(ModelFile model)
    {
        var path = Path.Combine(_folder.Path, "model.moe");
        model.Write(path);
        await StoredModels.ImportAsync(ModelFile.Read(path), _copy);
    }

    private async Task ChangeAsync(string line)
    {
        await using var mixture = await LocalMixture.OpenAsync(
            StoredModels.Durable(_folder), GrowthOptions.Off, ComputeOptions.CpuAlone, CancellationToken.None);
        Assert.NotNull(await mixture.ChangeAsync(RosterText.Parse(line, [])!, CancellationToken.None));
    }

    private async Task KillAsync(
        IRowSource rows, GrowthOptions? growth = null, DeviceOffer? offer = null,
        Func<Member, IExpert>? newExpert = null)
    {
        var mixture = await StartAsync(_folder, growth, offer, newExpert);
        await Models.SkipAsync(mixture, rows);
        await mixture.LearnAsync(rows, rows as IPoolScript, _ => { }, CancellationToken.None);
        await mixture.AbortAsync();
    }

    private static async Task<MixtureReport> LearnAsync(
        TestFolder folder, IRowSource rows, GrowthOptions? growth = null, DeviceOffer? offer = null)
    {
        await using var mixture = await StartAsync(folder, growth, offer);
        await Models.SkipAsync(mixture, rows);
        await mixture.LearnAsync(rows, rows as IPoolScript, _ => { }, CancellationToken.None);
        return await mixture.ReportAsync();
    }

    private static async Task<MixtureReport> OpenAsync(TestFolder folder, GrowthOptions? growth = null)
    {
        await using var mixture = await StartAsync(folder, growth);
        return await mixture.ReportAsync();
    }

    private static Task<LocalMixture> StartAsync(
        TestFolder folder, GrowthOptions? growth = null, DeviceOffer? offer = null,
        Func<Member, IExpert>? newExpert = null) => LocalMixture.StartAsync(
            new SeededRows(0).Schema, Models.Options with { Growth = growth ?? GrowthOptions.Off },
            StoredModels.Durable(folder), newExpert ?? Models.NewExpert, Quiet, CancellationToken.None, offer);
}
