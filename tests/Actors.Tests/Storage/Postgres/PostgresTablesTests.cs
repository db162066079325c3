using MoE.Actors.Inspection;
using MoE.Actors.Tests.Servers;
using MoE.Servers;
using Xunit;

namespace MoE.Actors.Tests.Storage.Postgres;

[Collection(nameof(OnePostgres))]
public sealed class PostgresTablesTests(PostgresServer server)
{
    private const string Described =
        "SELECT string_agg(attname || ':' || format_type(atttypid, atttypmod) || ':' || attcompression::text, ' ' "
        + "ORDER BY attrelid, attnum) FROM pg_attribute WHERE attrelid IN (to_regclass('moe_journal'), "
        + "to_regclass('moe_snapshot')) AND attnum > 0";

    [Theory]
    [InlineData("moe_journal (id serial PRIMARY KEY, message text)", "moe_journal", "it has no column ordering")]
    [InlineData("moe_snapshot (persistence_id text, snapshot text)", "moe_snapshot",
        "its column persistence_id is text instead of character varying")]
    [InlineData("moe_journal ()", "moe_journal", "it has no column ordering")]
    public async Task A_table_of_that_name_that_is_somebody_elses_is_refused_and_not_touched(
        string table, string name, string problem)
    {
        var database = await server.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, $"CREATE TABLE {table}");
        var before = await PostgresServer.ExecuteAsync(database, Described);
        var durable = new DurabilityOptions { PostgresConnection = database };
        foreach (var act in (Func<Task>[])[() => Models.StartAsync(durable), () => ReadAsync(durable)])
            Assert.Matches("^model 'default' in database 'test_[0-9]+' at 127.0.0.1:[0-9]+ cannot be used: its "
                + $"table {name} is not one of moe's: {problem}. Nothing was changed; give another database in "
                + "moe.postgres.connection, or rename that table.$",
                (await Assert.ThrowsAsync<ModelException>(act)).Message);
        Assert.Equal(before, await PostgresServer.ExecuteAsync(database, Described));
    }

    [Fact]
    public async Task Tables_of_moe_may_have_more_columns()
    {
        var durable = new DurabilityOptions { PostgresConnection = await server.NewDatabaseAsync() };
        await Models.LearnAsync(Models.EndOf(10), durable);
        await PostgresServer.ExecuteAsync(durable.PostgresConnection!, "ALTER TABLE moe_journal ADD noted date");
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(20)),
            (await Models.LearnAsync(Models.EndOf(20), durable)).Fingerprint);
    }

    [Fact]
    public async Task Who_only_looks_makes_no_tables()
    {
        var durable = new DurabilityOptions { PostgresConnection = await server.NewDatabaseAsync() };
        var error = await Assert.ThrowsAsync<ModelException>(() => ReadAsync(durable));
        Assert.EndsWith(" does not exist: the database has no tables of moe.", error.Message, StringComparison.Ordinal);
        Assert.Equal(DBNull.Value, await PostgresServer.ExecuteAsync(durable.PostgresConnection!, Described));
    }

    private static Task<StoredModel> ReadAsync(DurabilityOptions durable) =>
        ModelStore.ReadAsync(durable, CancellationToken.None);
}
