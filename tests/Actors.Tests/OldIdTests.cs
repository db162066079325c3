using Akka.Configuration;
using MoE.Actors.Gate;
using MoE.Actors.Inspection;
using MoE.Actors.Tests.Inspection;
using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests;

/// <summary>Ids that do not begin with a letter: earlier versions took them, and stored models have them.</summary>
public sealed class OldIdTests : IDisposable
{
    private const string Refusal =
        "moe.pool has an expert called '3'; an id is 1 to 64 of a-z, 0-9 and '-', starting with a letter.";

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    private static readonly MixtureOptions Options = Models.Options with
    {
        Pool =
        [
            new("3", ExpertRole.Shared, "mlp input=hat hidden=16"),
            new("-a", ExpertRole.Shared, "fern count=8 depth=3"),
            new("memory", ExpertRole.Shared, "memory size=64 near=4 wide=8"),
        ],
        Growth = new GrowthOptions { Interval = 256 },
    };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stored_model_with_such_ids_opens_grows_is_changed_exported_and_imported()
    {
        using var copy = new TestFolder();
        var old = Mixture.Begun(new SeededRows(0).Schema, Options).ToModelFile();
        await StoredModels.ImportAsync(old, _folder);
        MixtureReport expected;
        await using (var mixture = await StartAsync(_folder))
        {
            await mixture.LearnAsync(new SeededRows(600), _ => { }, CancellationToken.None);
            var refused = await Assert.ThrowsAsync<ModelException>(() => ChangeAsync(mixture, "freeze 3"));
            Assert.EndsWith("'3' is the id of one expert and the number of another, 'memory'; write id:3 or memory.",
                refused.Message, StringComparison.Ordinal);
            await ChangeAsync(mixture, "rename id:3 third");
            await ChangeAsync(mixture, "freeze -a");
            expected = await mixture.ReportAsync();
        }
        Assert.Equal(["third", "-a", "memory"], expected.Roster.Members.Take(3).Select(member => member.Spec.Id));
        Assert.Contains(expected.Roster.Members, member => member.Spec is { Role: ExpertRole.Archived }
            && member.Spec.Id.StartsWith("mlp-3-", StringComparison.Ordinal));
        var stored = await StoredModels.ReadAsync(_folder);
        Assert.True(Verification.Of(stored).Holds);
        await StoredModels.ImportAsync(LatestModel.Of(stored, Options.Growth)!.Model, copy);
        await using var again = await StartAsync(copy);
        var report = await again.ReportAsync();
        Assert.Equal(expected.Roster.Members, report.Roster.Members);
        Assert.Equal(expected.Fingerprint, report.Fingerprint);
    }

    [Fact]
    public async Task A_new_model_has_none_wherever_it_is_stored()
    {
        foreach (var durability in (DurabilityOptions[])[Models.Memory, StoredModels.Durable(_folder)])
        {
            var error = await Assert.ThrowsAsync<InvalidOptionsException>(() => LocalMixture.StartAsync(
                new SeededRows(0).Schema, Options, durability, null, Quiet, CancellationToken.None));
            Assert.Equal(Refusal, error.Problems[0]);
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Throws<InvalidOptionsException>(() => new Mixture(new SeededRows(0).Schema, Options));
        Assert.Equal(Refusal, GateState.Empty.Decide(new OpenModel(new SeededRows(0).Schema, Options)).Refusal);
    }

    private static async Task ChangeAsync(LocalMixture mixture, string line) =>
        Assert.NotNull(await mixture.ChangeAsync(RosterText.Parse(line, [])!, CancellationToken.None));

    private static Task<LocalMixture> StartAsync(TestFolder folder) => LocalMixture.StartAsync(
        new SeededRows(0).Schema, Options, StoredModels.Durable(folder), null, Quiet, CancellationToken.None);
}
