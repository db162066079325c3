using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Gate;

public sealed class GrowthTests
{
    private const int Rows = 6000;

    private static readonly MixtureOptions Options = Models.Options with
    {
        Growth = new GrowthOptions { Interval = 512, Budget = 3 },
    };

    [Fact]
    public async Task Actors_decide_what_a_mixture_in_one_thread_decides()
    {
        var (fingerprint, changes, drifts) = Single();
        var told = new List<BatchOutcome>();
        Assert.Equal(fingerprint, await LearnAsync(Models.Memory, Rows, told));
        Assert.Equal(changes, told.SelectMany(outcome => outcome.Changes));
        Assert.Equal(drifts, told.SelectMany(outcome => outcome.Drifts));
        Assert.NotEmpty(changes);
    }

    [Fact]
    public async Task A_model_that_is_killed_and_reopened_decides_as_an_unbroken_one()
    {
        var folder = new TestFolder();
        for (var batches = 43; Models.EndOf(batches) < Rows; batches += 43)
        {
            var killed = new TestFolder();
            var durable = Durable(folder, milliseconds: batches % 2 == 0 ? 3_600_000 : 5);
            await LearnAsync(durable, Models.EndOf(batches), [], () => folder.CopyTo(killed));
            folder.Dispose();
            folder = killed;
        }
        Assert.Equal(Single().Fingerprint, await LearnAsync(Durable(folder, milliseconds: 5), Rows, []));
        var stored = await ModelStore.ReadAsync(Durable(folder, milliseconds: 5), CancellationToken.None);
        Assert.True(Verification.Of(stored).Holds);
        folder.Dispose();
    }

    [Fact]
    public async Task A_stored_model_goes_on_under_another_mode()
    {
        using var folder = new TestFolder();
        await LearnAsync(Durable(folder, milliseconds: 5), 2000, []);
        var told = new List<BatchOutcome>();
        var off = Options with { Growth = GrowthOptions.Off };
        await LearnAsync(Durable(folder, milliseconds: 5), 4000, told, options: off);
        Assert.Empty(told.SelectMany(outcome => outcome.Changes));
        await LearnAsync(Durable(folder, milliseconds: 5), Rows, told);
        Assert.NotEmpty(told.SelectMany(outcome => outcome.Changes));
    }

    private static (string Fingerprint, List<RosterChange> Changes, List<string> Drifts) Single()
    {
        var (source, mixture) = (new SeededRows(Rows), new Mixture(new SeededRows(0).Schema, Options));
        var (changes, drifts) = (new List<RosterChange>(), new List<string>());
        while (source.Read(Options.Batch) is { } batch)
        {
            var predictions = mixture.Learn(batch);
            changes.AddRange(predictions.Changes);
            drifts.AddRange(predictions.Drifts);
        }
        return (mixture.Fingerprint(), changes, drifts);
    }

    private static async Task<string> LearnAsync(
        DurabilityOptions durability, int rows, List<BatchOutcome> told, Action? beforeClosing = null,
        MixtureOptions? options = null)
    {
        await using var mixture = await LocalMixture.StartAsync(
            new SeededRows(0).Schema, options ?? Options, durability, Models.NewExpert, Wire.Config,
            CancellationToken.None);
        using var source = new SeededRows(rows);
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, told.Add, CancellationToken.None);
        beforeClosing?.Invoke();
        return (await mixture.ReportAsync()).Fingerprint;
    }

    private static DurabilityOptions Durable(TestFolder folder, int milliseconds) => Models.Memory with
    {
        DataDirectory = folder.Path,
        CheckpointInterval = TimeSpan.FromMilliseconds(milliseconds),
    };
}
