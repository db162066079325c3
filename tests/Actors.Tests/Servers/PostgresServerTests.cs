using MoE.Servers;
using Xunit;

namespace MoE.Actors.Tests.Servers;

[Collection(nameof(OnePostgres))]
public sealed class PostgresServerTests(PostgresServer server)
{
    [PostgresTheory]
    [InlineData(PostgresStop.Fast)]
    [InlineData(PostgresStop.Immediate)]
    public async Task What_was_stored_is_there_after_a_restart(PostgresStop how)
    {
        var connection = await server.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(connection, "CREATE TABLE kept AS SELECT 7 AS n");
        await server.RestartAsync(how);
        Assert.Equal(7, await PostgresServer.ExecuteAsync(connection, "SELECT n FROM kept"));
    }
}
