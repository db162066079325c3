using System.Net.Sockets;
using MoE.Actors.Storage;
using MoE.Actors.Storage.Postgres;
using MoE.Actors.Tests.Servers;
using MoE.Servers;
using Npgsql;
using Xunit;

namespace MoE.Actors.Tests.Storage.Postgres;

[Collection(nameof(OnePostgres))]
public sealed class RestartTests(PostgresServer server)
{
    private static readonly Exception Refused = new NpgsqlException("x", new SocketException(111));
    private static readonly TimeSpan Little = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("57P01", true)]
    [InlineData("57P02", true)]
    [InlineData("57P03", true)]
    [InlineData("57P04", false)]
    [InlineData("28P01", false)]
    [InlineData("53300", false)]
    public void Only_a_server_that_starts_or_shuts_down_is_waited_for_and_not_for_ever(string state, bool isWaitedFor)
    {
        var failure = new PostgresException("x", "FATAL", "FATAL", state);
        Assert.Equal(isWaitedFor, new Restart().IsWorthWaiting(failure, Little));
        Assert.False(new Restart().IsWorthWaiting(failure, Restart.Patience));
    }

    [Fact]
    public void A_server_that_cannot_be_reached_is_waited_for_once_it_said_that_it_restarts()
    {
        var restart = new Restart();
        Assert.False(restart.IsWorthWaiting(Refused, Little));
        Assert.True(restart.IsWorthWaiting(new PostgresException("x", "FATAL", "FATAL", "57P01"), Little));
        Assert.True(restart.IsWorthWaiting(new AggregateException(Refused, Refused), Little));
        Assert.False(restart.IsWorthWaiting(new PostgresException("x", "FATAL", "FATAL", "28P01"), Little));
        Assert.False(restart.IsWorthWaiting(Refused, Restart.Patience));
    }

    [Fact]
    public async Task A_server_that_shuts_down_is_gone_and_starts_is_waited_for_and_that_is_told_once()
    {
        var database = await server.NewDatabaseAsync();
        using var starting = new StartingServer(
            server.Port, "57P01", "57P01", null, null, "57P03", "57P03");
        var told = new List<string>();
        await using (await PostgresModelStore.OpenAsync(
            new(starting.Through(database), "m"), new PostgresSlot(StorePlugins.Default, _ => { }), JournalSync.Full, CancellationToken.None, tell: told.Add))
            Assert.Equal(0, starting.Left);
        Assert.Matches($"^waiting for model 'm' in database 'test_[0-9]+' at 127.0.0.1:{starting.Port}, up to 60 s: "
            + "the database system is starting up$", Assert.Single(told));
    }

    [Fact]
    public async Task A_model_goes_on_in_a_server_that_starts()
    {
        var database = await server.NewDatabaseAsync();
        await Models.LearnAsync(Models.EndOf(10), new DurabilityOptions { PostgresConnection = database });
        using var starting = new StartingServer(server.Port, "57P03", "57P03");
        var durable = new DurabilityOptions { PostgresConnection = starting.Through(database) };
        var fingerprint = (await Models.LearnAsync(Models.EndOf(20), durable)).Fingerprint;
        Assert.Equal(Models.SingleFingerprint(Models.EndOf(20)), fingerprint);
    }

    [Fact]
    public void Of_several_causes_at_once_the_first_is_told()
    {
        var failure = new AggregateException(new NpgsqlException("y", new IOException("the cable is cut")), Refused);
        Assert.Equal("the cable is cut", RootCause.Of(failure).Message);
        Assert.EndsWith("cannot be used: the cable is cut. Start the server, or correct moe.postgres.connection.",
            new PostgresAddress("Host=h;Database=d;Username=u", "m").Refusal(failure).Message,
            StringComparison.Ordinal);
    }
}
