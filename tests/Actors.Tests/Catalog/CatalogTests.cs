using MoE.Actors.Tests.Hosting;
using MoE.Actors.Tests.Servers;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Servers;
using Xunit;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Tests.Catalog;

[Collection(nameof(OnePostgres))]
public sealed class CatalogTests(PostgresServer server)
{
    // whole batches: where one ends, the router learns
    private const int Rows = 80 * 16;

    private static readonly string[] Streams = ["agrawal", "hyperplane", "sea"];

    [Fact]
    public async Task Models_of_several_schemas_learn_at_once_in_a_directory_as_each_would_alone()
    {
        using var folder = new TestFolder();
        await LearnAtOnceAsync(Durable(folder));
    }

    [PostgresFact]
    public async Task Models_of_several_schemas_learn_at_once_in_a_database_as_each_would_alone() =>
        await LearnAtOnceAsync(new DurabilityOptions { PostgresConnection = await server.NewDatabaseAsync() });

    [Fact]
    public async Task Models_of_several_schemas_learn_at_once_in_memory_as_each_would_alone() =>
        await LearnAtOnceAsync(new DurabilityOptions());

    [Fact]
    public async Task Models_that_were_killed_go_on_where_they_stood()
    {
        using TestFolder live = new(), killed = new();
        await using (var node = await TestNode.StartAsync(Durable(live)))
        {
            foreach (var stream in Streams)
                await LearnAsync(await CreateAsync(node, stream), stream, Rows / 2);
            live.CopyTo(killed);
        }
        await using var next = await TestNode.StartAsync(Durable(killed));
        await Task.WhenAll(Streams.Select(async stream =>
        {
            var model = await next.Catalog.OpenAsync(stream, Models.Options.Growth, CancellationToken.None);
            Assert.Equal(Rows / 2, (await model.ReportAsync()).Scores.Rows);
            Assert.Equal(Alone(stream), await LearnAsync(model, stream, Rows));
        }));
        Assert.Empty(next.Log.Lines);
    }

    [Fact]
    public async Task A_model_that_is_closed_can_be_opened_again_beside_the_others()
    {
        await using var node = await TestNode.StartAsync();
        foreach (var stream in Streams)
            await LearnAsync(await CreateAsync(node, stream), stream, Rows / 2);
        await node.Catalog.CloseAsync("sea", CancellationToken.None);
        var models = await node.Catalog.ListAsync(CancellationToken.None);
        Assert.Equal([("agrawal", true), ("hyperplane", true), ("sea", false)], models.Select(m => (m.Name, m.IsOpen)));
        Assert.All(models, model => Assert.Equal(Rows / 2, model.Rows));
        Assert.All(models, model => Assert.Null(model.Problem));
        Assert.Equal(Streams.Select(s => Open(s).Schema), models.Select(m => m.Schema!));
        var sea = await node.Catalog.OpenAsync("sea", Models.Options.Growth, CancellationToken.None);
        Assert.Equal(Alone("sea"), await LearnAsync(sea, "sea", Rows));
    }

    [Fact]
    public async Task A_directory_keeps_nothing_of_a_model_that_is_deleted_and_all_of_the_others()
    {
        using var folder = new TestFolder();
        await using (var node = await TestNode.StartAsync(Durable(folder)))
        {
            foreach (var stream in Streams)
                await LearnAsync(await CreateAsync(node, stream), stream, Rows / 2);
            await node.Catalog.CloseAsync("hyperplane", CancellationToken.None);
            await node.Catalog.DeleteAsync("hyperplane", CancellationToken.None);
            await node.Catalog.DeleteAsync("hyperplane", CancellationToken.None);
            Assert.Equal(["agrawal", "sea"], await NamesAsync(node));
            Assert.Equal(0, await CountAsync(folder, "hyperplane"));
            Assert.False(File.Exists(Path.Combine(folder.Path, "hyperplane.acknowledged")));
            Assert.Equal(Alone("hyperplane"), await LearnAsync(await CreateAsync(node, "hyperplane"), "hyperplane", Rows));
        }
        await using var next = await TestNode.StartAsync(Durable(folder));
        foreach (var stream in Streams)
        {
            var model = await next.Catalog.OpenAsync(stream, Models.Options.Growth, CancellationToken.None);
            Assert.Equal(Alone(stream), await LearnAsync(model, stream, Rows));
        }
        Assert.Empty(next.Log.Lines);
    }

    [PostgresFact]
    public async Task A_database_keeps_nothing_of_a_model_that_is_deleted_and_all_of_the_others()
    {
        var database = await server.NewDatabaseAsync();
        await using var node = await TestNode.StartAsync(new DurabilityOptions { PostgresConnection = database });
        foreach (var stream in Streams)
            await LearnAsync(await CreateAsync(node, stream), stream, Rows / 2);
        await node.Catalog.CloseAsync("hyperplane", CancellationToken.None);
        await node.Catalog.DeleteAsync("hyperplane", CancellationToken.None);
        Assert.Equal(["agrawal", "sea"], await NamesAsync(node));
        Assert.Equal(0L, await PostgresServer.ExecuteAsync(database,
            """
            SELECT count(*) FROM (SELECT persistence_id FROM moe_journal UNION ALL
              SELECT persistence_id FROM moe_snapshot) stored WHERE persistence_id LIKE 'model-hyperplane%'
            """));
        Assert.Equal(Alone("hyperplane"), await LearnAsync(await CreateAsync(node, "hyperplane"), "hyperplane", Rows));
    }

    [Fact]
    public async Task A_model_that_breaks_says_why_and_leaves_the_others()
    {
        using var folder = new TestFolder();
        await using var node = await TestNode.StartAsync(Durable(folder));
        var sea = await CreateAsync(node, "sea");
        await LearnAsync(sea, "sea", Rows / 2);
        var other = await CreateAsync(node, "hyperplane");
        node.System.ActorSelection("/user/models/sea").Tell(
            new GateFailed(new ModelException("The disk of the test is full.")));
        var error = await Assert.ThrowsAsync<ModelException>(() => LearnAsync(sea, "sea", Rows));
        Assert.Equal($"model 'sea' in {folder.Path}: The disk of the test is full.", error.Message);
        Assert.Equal(Alone("hyperplane"), await LearnAsync(other, "hyperplane", Rows));
        await sea.Closed;
        Assert.Contains("Model 'sea' stopped: The disk of the test is full.", Assert.Single(node.Log.Lines),
            StringComparison.Ordinal);
        var again = await node.Catalog.OpenAsync("sea", Models.Options.Growth, CancellationToken.None);
        Assert.Equal(Alone("sea"), await LearnAsync(again, "sea", Rows));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_in_a_sentence()
    {
        using var folder = new TestFolder();
        await using var node = await TestNode.StartAsync(Durable(folder));
        await CreateAsync(node, "sea");
        await RefusesAsync("Model 'sea' is open already.", () => CreateAsync(node, "sea"));
        await RefusesAsync("Model 'sea' is open; close it before it is deleted.",
            () => node.Catalog.DeleteAsync("sea", CancellationToken.None));
        await node.Catalog.CloseAsync("sea", CancellationToken.None);
        await RefusesAsync("Model 'sea' is not open.", () => node.Catalog.CloseAsync("sea", CancellationToken.None));
        await RefusesAsync($"There is a model 'sea' in {folder.Path} already; open it, or give another name.",
            () => CreateAsync(node, "sea"));
        await RefusesAsync($"There is no model 'hyperplane' in {folder.Path}; those that there are: sea.",
            () => node.Catalog.OpenAsync("hyperplane", CancellationToken.None));
        await RefusesAsync("The model name '../x' is invalid; it must be 1 to 64 of a-z, 0-9 and '-', starting with a letter.",
            () => node.Catalog.OpenAsync("../x", CancellationToken.None));
        await RefusesAsync($"{folder.Path} is in use by another moe process; stop that one, or give another data directory.",
            () => TestNode.StartAsync(Durable(folder)));
    }

    private static async Task RefusesAsync(string message, Func<Task> act) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<ModelException>(act)).Message);

    private static async Task LearnAtOnceAsync(DurabilityOptions durability)
    {
        await using var node = await TestNode.StartAsync(durability);
        var fingerprints = await Task.WhenAll(Streams.Select(
            async stream => await LearnAsync(await CreateAsync(node, stream), stream, Rows)));
        Assert.Equal(Streams.Select(Alone), fingerprints);
        Assert.Empty(node.Log.Lines);
    }

    private static Task<RunningModel> CreateAsync(TestNode node, string stream) =>
        node.Catalog.CreateAsync(stream, Open(stream).Schema, Models.Options, CancellationToken.None);

    private static IRowSource Open(string stream) => Generators.Create(stream, new GeneratorOptions());

    private static async Task<string> LearnAsync(RunningModel model, string stream, int rows)
    {
        var source = Open(stream);
        var progress = await model.ProgressAsync(source.Id, CancellationToken.None);
        await source.SkipToAsync(progress.Offset, CancellationToken.None);
        using var limited = new LimitedSource(source, rows, progress.SourceRows);
        await model.LearnAsync(limited, _ => { }, CancellationToken.None);
        return (await model.ReportAsync()).Fingerprint;
    }

    private static string Alone(string stream)
    {
        using var source = new LimitedSource(Open(stream), Rows);
        var mixture = new Mixture(source.Schema, Models.Options);
        while (source.Read(Models.Options.Batch) is { } batch)
            mixture.Learn(batch);
        return mixture.Fingerprint();
    }

    private static async Task<IEnumerable<string>> NamesAsync(TestNode node) =>
        (await node.Catalog.ListAsync(CancellationToken.None)).Select(model => model.Name);

    private static async Task<long> CountAsync(TestFolder folder, string model) =>
        await folder.NumberAsync("journal.db", $"SELECT count(*) FROM journal WHERE persistence_id LIKE 'model-{model}%'")
        + await folder.NumberAsync(
            "snapshots.db", $"SELECT count(*) FROM snapshot WHERE persistence_id LIKE 'model-{model}%'");

    private static DurabilityOptions Durable(TestFolder folder) => new()
    {
        DataDirectory = folder.Path,
        CheckpointInterval = TimeSpan.FromMilliseconds(50),
    };
}
