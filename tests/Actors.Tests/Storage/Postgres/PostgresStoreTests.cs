using MoE.Actors.Tests.Servers;
using MoE.Servers;
using Xunit;

namespace MoE.Actors.Tests.Storage.Postgres;

[Collection(nameof(OnePostgres))]
public sealed class PostgresStoreTests(PostgresServer server)
{
    private const int Rows = 1500;

    [PostgresTheory]
    [InlineData(JournalSync.Full)]
    [InlineData(JournalSync.Os)]
    public async Task A_restart_goes_on_as_if_there_had_been_none(JournalSync sync)
    {
        var durable = await NewModelAsync() with { Sync = sync };
        await Models.LearnAsync(Models.EndOf(31), durable);
        await Models.LearnAsync(Models.EndOf(62), durable);
        Assert.Equal(Models.SingleFingerprint(Rows), (await Models.LearnAsync(Rows, durable)).Fingerprint);
    }

    [PostgresFact]
    public async Task Models_that_begin_at_once_in_an_empty_database_do_not_touch_each_other()
    {
        var database = await NewModelAsync();
        string[] models = ["a", "b", "c"];
        await Task.WhenAll(models.Select(m => Models.LearnAsync(Models.EndOf(20), database with { Model = m })));
        await Models.LearnAsync(Rows, database with { Model = "a" });
        var (a, b) = (await Models.LearnAsync(Rows, database with { Model = "a" }),
            await Models.LearnAsync(Models.EndOf(20), database with { Model = "b" }));
        Assert.Equal(Models.SingleFingerprint(Rows), a.Fingerprint);
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(20)), b.Fingerprint);
    }

    [PostgresFact]
    public async Task A_model_in_use_is_refused_and_another_one_beside_it_is_not()
    {
        var durable = await NewModelAsync();
        await using var first = await Models.StartAsync(durable);
        await using var beside = await Models.StartAsync(durable with { Model = "beside" });
        var error = await Assert.ThrowsAsync<ModelException>(() => Models.StartAsync(durable));
        Assert.Matches(@"^model 'default' in database 'test_\d+' at 127\.0\.0\.1:\d+ is in use by another moe process; "
            + @"stop that one, or give another moe\.model\.$", error.Message);
    }

    [PostgresFact]
    public async Task The_tables_hold_manifests_and_no_names_of_types()
    {
        var durable = await NewModelAsync();
        await Models.LearnAsync(Rows, durable);
        Assert.Equal(true, await PostgresServer.ExecuteAsync(durable.PostgresConnection!,
            """
            SELECT bool_and(manifest LIKE 'moe.%') AND count(*) >= 10
            FROM (SELECT manifest FROM moe_journal UNION ALL SELECT manifest FROM moe_snapshot) stored
            """));
        Assert.Equal(0L, await PostgresServer.ExecuteAsync(durable.PostgresConnection!,
            """
            SELECT count(*)
            FROM (SELECT message FROM moe_journal UNION ALL SELECT snapshot FROM moe_snapshot) stored
            WHERE position('MoE.Actors'::bytea IN message) > 0 OR position('System.'::bytea IN message) > 0
            """));
    }

    [PostgresFact]
    public async Task Only_the_last_two_checkpoints_and_what_came_after_them_are_kept()
    {
        var durable = await NewModelAsync() with { CheckpointInterval = TimeSpan.FromHours(1) };
        foreach (var batches in (int[])[10, 20, 30, 40])
            await Models.LearnAsync(Models.EndOf(batches), durable);
        Assert.Equal(30L, await PostgresServer.ExecuteAsync(durable.PostgresConnection!,
            "SELECT min(sequence_number) FROM moe_snapshot WHERE persistence_id = 'model-default-gate'"));
        Assert.Equal(2L, await PostgresServer.ExecuteAsync(durable.PostgresConnection!,
            "SELECT count(*) FROM moe_journal WHERE NOT deleted AND manifest = 'moe.checkpoint-completed.2'"));
    }

    private async Task<DurabilityOptions> NewModelAsync() => new()
    {
        PostgresConnection = await server.NewDatabaseAsync(),
        CheckpointInterval = TimeSpan.FromMilliseconds(20),
    };
}
