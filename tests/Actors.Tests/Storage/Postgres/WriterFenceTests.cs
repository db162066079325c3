using MoE.Actors.Storage.Postgres;
using MoE.Actors.Tests.Servers;
using MoE.Needs;
using MoE.Servers;
using Npgsql;
using Xunit;

namespace MoE.Actors.Tests.Storage.Postgres;

[Collection(nameof(OnePostgres))]
public sealed class WriterFenceTests(PostgresServer server)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [PostgresFact]
    public async Task Sessions_that_end_by_themselves_while_another_one_is_slow_are_no_writers()
    {
        var database = await server.NewDatabaseAsync();
        await using var slow = await WriterAsync(database);
        await using var quick = await WriterAsync(database);
        await using var fencing = await OpenAsync(database);
        var process = slow.ProcessID;
        Signal("STOP", process);
        var fence = EndAsync(fencing, WriterFence.Patience);
        try
        {
            Assert.NotSame(fence, await Task.WhenAny(fence, Task.Delay(Short)));
            await quick.CloseAsync();
        }
        finally
        {
            Signal("CONT", process);
        }
        await fence;
    }

    [PostgresFact]
    public async Task A_session_that_does_not_end_is_told_of()
    {
        var database = await server.NewDatabaseAsync();
        await using var stuck = await WriterAsync(database);
        await using var fencing = await OpenAsync(database);
        Signal("STOP", stuck.ProcessID);
        try
        {
            var error = await Assert.ThrowsAsync<ModelException>(() => EndAsync(fencing, Short));
            Assert.EndsWith(" is still being written by a moe process that was stopped; try again in a minute.",
                error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Signal("CONT", stuck.ProcessID);
        }
    }

    [PostgresFact]
    public async Task A_writer_under_another_user_is_ended_or_told_of_where_there_is_no_right_to_end_it()
    {
        var database = await server.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, "CREATE ROLE fencer LOGIN PASSWORD 'guess-1'");
        var other = $"{database};Username=fencer;Password=guess-1";
        await using var writer = await WriterAsync(database);
        await using var powerless = await OpenAsync(other);
        var error = await Assert.ThrowsAsync<ModelException>(() => EndAsync(powerless, Short));
        Assert.Matches("is still being written by a moe process that was stopped; its sessions cannot be ended: [^\n]+"
            + @"\. Grant pg_signal_backend to the user in moe\.postgres\.connection, or try again in a minute\.$",
            error.Message);
        await writer.CloseAsync();
        await EndAsync(powerless, WriterFence.Patience);
        await using var others = await WriterAsync(other);
        await using var powerful = await OpenAsync(database);
        await EndAsync(powerful, WriterFence.Patience);
        await Assert.ThrowsAsync<PostgresException>(
            () => new NpgsqlCommand("SELECT 1", others).ExecuteScalarAsync());
    }

    private static Task EndAsync(NpgsqlConnection fencing, TimeSpan patience) => WriterFence.EndAsync(
        fencing, new PostgresAddress(fencing.ConnectionString, "m"), patience, CancellationToken.None);

    /// <summary>A session as those that write the log of model m.</summary>
    private static Task<NpgsqlConnection> WriterAsync(string database) =>
        OpenAsync($"{database};Application Name={new PostgresAddress(database, "m").JournalName}");

    private static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection($"{database};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static void Signal(string signal, int process) => Assert.True(Interrupts.Send(signal, process));
}
