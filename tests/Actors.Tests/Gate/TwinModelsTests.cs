using Akka.Configuration;
using MoE.Compute;
using MoE.Compute.Data;
using Xunit;

namespace MoE.Actors.Tests.Gate;

/// <summary>Two models of one store whose names, with those of their experts, can be mistaken for each other.</summary>
public sealed class TwinModelsTests
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    private static readonly (string Model, MixtureOptions Options)[] Twins =
        [("m", Named(1, "e-expert-hat", "e-gate")), ("m-expert-e", Named(2, "hat", "fern"))];

    [Fact]
    public async Task Neither_takes_the_others_images_for_its_own()
    {
        using var folder = new TestFolder();
        for (var batches = 10; batches <= 30; batches += 10)
            foreach (var (model, options) in Twins)
                Assert.Equal(Alone(options, batches), await LearnAsync(folder, model, options, batches));
        Assert.Equal(0, await folder.NumberAsync("journal.db",
            "SELECT count(*) FROM journal WHERE manifest = 'moe.checkpoint-discarded.1'"));
    }

    private static MixtureOptions Named(long seed, string first, string second) => Models.Options with
    {
        Seed = seed,
        Pool =
        [
            Models.Options.Pool[0] with { Id = first }, Models.Options.Pool[1] with { Id = second },
            .. Models.Options.Pool.Skip(2),
        ],
    };

    private static async Task<string> LearnAsync(
        TestFolder folder, string model, MixtureOptions options, int batches)
    {
        var durable = new DurabilityOptions
        {
            DataDirectory = folder.Path,
            Model = model,
            CheckpointInterval = TimeSpan.FromHours(1),
        };
        await using var mixture = await LocalMixture.StartAsync(
            new SeededRows(0).Schema, options, durable, null, Quiet, CancellationToken.None);
        using var source = new SeededRows(Models.EndOf(batches));
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        return (await mixture.ReportAsync()).Fingerprint;
    }

    private static string Alone(MixtureOptions options, int batches)
    {
        var (source, mixture) = (new SeededRows(Models.EndOf(batches)), new Mixture(new SeededRows(0).Schema, options));
        while (source.Read(options.Batch) is { } batch)
            mixture.Learn(batch);
        return mixture.Fingerprint();
    }
}
