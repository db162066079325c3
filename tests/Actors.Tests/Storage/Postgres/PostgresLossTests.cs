using Akka.Configuration;
using MoE.Actors.Tests.Servers;
using MoE.Servers;
using Xunit;

namespace MoE.Actors.Tests.Storage.Postgres;

[Collection(nameof(OnePostgres))]
public sealed class PostgresLossTests(PostgresServer server)
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [PostgresFact]
    public async Task Lost_connections_of_the_journal_stop_the_model_and_it_goes_on_later()
    {
        // Without checkpoints nothing is deleted: all connections of the journal are those that write it.
        var durable = await NewModelAsync() with { CheckpointInterval = TimeSpan.FromHours(1) };
        var error = await BreakAsync(durable, () => TerminateAsync(durable, "moe journal default %"));
        Assert.Matches($"^model 'default' in database 'test_[0-9]+' at 127.0.0.1:{server.Port}: "
            + "The log cannot be written: [^\n]+$", error);
    }

    [PostgresFact]
    public async Task A_lost_lock_stops_the_model_and_it_goes_on_later()
    {
        var durable = await NewModelAsync();
        var error = await BreakAsync(durable, () => TerminateAsync(durable, "moe lock default %"));
        Assert.EndsWith("The connection that holds the model broke: terminating connection due to administrator "
            + "command. Nothing that was stored is lost. Once the server can be reached, run the same command to "
            + "continue.", error, StringComparison.Ordinal);
    }

    [PostgresTheory]
    [InlineData(PostgresStop.Fast)]
    [InlineData(PostgresStop.Immediate)]
    public async Task A_restart_of_the_server_stops_the_model_and_it_goes_on_later(PostgresStop how)
    {
        var error = await BreakAsync(await NewModelAsync(), () => server.RestartAsync(how));
        Assert.DoesNotContain('\n', error);
    }

    [PostgresFact]
    public async Task A_wrong_password_is_refused_without_showing_it()
    {
        var connection = server.Connection("postgres");
        Assert.Equal($"PostgreSQL at 127.0.0.1:{server.Port}, database 'postgres', user 'moe', cannot be used: "
            + "password authentication failed for user \"moe\". Correct the user or the password in moe.postgres.connection.",
            await RefusalAsync(connection.Replace(PostgresServer.Password, "guess-1", StringComparison.Ordinal)));
    }

    [PostgresFact]
    public async Task A_database_that_is_not_there_is_refused() =>
        Assert.Equal($"PostgreSQL at 127.0.0.1:{server.Port}, database 'nowhere', user 'moe', cannot be used: database "
            + "\"nowhere\" does not exist. Create that database, or give another one in moe.postgres.connection.",
            await RefusalAsync(server.Connection("nowhere")));

    [Fact]
    public async Task A_server_that_is_not_there_is_refused() =>
        Assert.Equal("PostgreSQL at 127.0.0.1:1, database 'db', user 'me', cannot be used: Connection refused. "
            + "Start the server, or correct moe.postgres.connection.",
            await RefusalAsync("Host=127.0.0.1;Port=1;Database=db;Username=me;Password=guess-1"));

    [PostgresFact]
    public async Task A_user_who_may_not_make_tables_is_refused()
    {
        var connection = await server.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(connection, "CREATE ROLE reader LOGIN PASSWORD 'guess-1'");
        var error = await RefusalAsync($"{connection};Username=reader;Password=guess-1");
        Assert.EndsWith("user 'reader', cannot be used: permission denied for schema public. "
            + "Grant it to the user, or give another user in moe.postgres.connection.", error, StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(string connection)
    {
        var durable = new DurabilityOptions { PostgresConnection = connection };
        return (await Assert.ThrowsAsync<ModelException>(() => Models.StartAsync(durable))).Message;
    }

    /// <summary>Breaks the store under a model; what went wrong, once the model has gone on unharmed.</summary>
    private static async Task<string> BreakAsync(DurabilityOptions durable, Func<Task> act)
    {
        var (stored, error, source) = (0L, (ModelException?)null, new BreakingRows(2000, act));
        await using (var mixture = await Models.StartAsync(durable, null, Quiet))
            error = await Assert.ThrowsAsync<ModelException>(() => mixture.LearnAsync(
                source, b => stored = b.Scores.Rows, CancellationToken.None));
        await source.Broken;                                 // a server that is stopped is not back as soon as it is missed
        int rows;
        await using (var reopened = await Models.StartAsync(durable, null, Quiet))
        {
            var progress = await Models.SkipAsync(reopened, new SeededRows(0));
            Assert.InRange(stored, 1, progress.Rows);
            rows = Models.EndOf((int)(progress.Rows / Models.Options.Batch) + 20);
        }
        Assert.Equal(Models.SingleFingerprint(rows), (await Models.LearnAsync(rows, durable)).Fingerprint);
        return error.Message;
    }

    private static Task<object?> TerminateAsync(DurabilityOptions durable, string name) => PostgresServer.ExecuteAsync(
        durable.PostgresConnection!,
        $"""
        SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE '{name}'
        """);

    private async Task<DurabilityOptions> NewModelAsync() => new()
    {
        PostgresConnection = await server.NewDatabaseAsync(),
        CheckpointInterval = TimeSpan.FromMilliseconds(20),
        JournalAheadRows = 256,
    };
}
