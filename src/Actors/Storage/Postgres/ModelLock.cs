using Npgsql;

namespace MoE.Actors.Storage.Postgres;

/// <summary>
/// The right to write one model of a database: an advisory lock, which lasts as long as the connection that took it.
/// </summary>
internal sealed class ModelLock : IAsyncDisposable
{
    // A server with a limit for idle sessions would end this one; and a host that lost its power must be noticed soon.
    private const string Stay =
        """
        SELECT set_config(name, CASE name
          WHEN 'tcp_keepalives_idle' THEN '20' WHEN 'tcp_keepalives_interval' THEN '5'
          WHEN 'tcp_keepalives_count' THEN '4' ELSE '0' END, false)
        FROM pg_settings WHERE name IN
          ('idle_session_timeout', 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count')
        """;

    private readonly NpgsqlConnection _connection;
    private readonly CancellationTokenSource _released = new();
    private readonly TaskCompletionSource<ModelException> _lost =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watch;

    private ModelLock(NpgsqlConnection connection)
    {
        _connection = connection;
        _watch = WatchAsync();
    }

    /// <summary>Done, with the reason, when the connection breaks, and with it the lock.</summary>
    public Task<ModelException> Lost => _lost.Task;

    /// <summary>Takes the lock on an open connection, which is its own then, and ends who wrote before.</summary>
    /// <exception cref="ModelException">Another process has it, or still writes.</exception>
    public static async Task<ModelLock> TakeAsync(
        NpgsqlConnection connection, PostgresAddress address, CancellationToken cancel)
    {
        // Somebody who was killed a moment ago still holds it until the server has noticed.
        await ExecuteAsync(connection, "SET lock_timeout = '2s'", cancel);
        try
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_lock({address.Key})", cancel);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new ModelException(
                $"{address.Name} is in use by another moe process; stop that one, or give another moe.model.", e);
        }
        await ExecuteAsync(connection, "SET lock_timeout = 0", cancel);
        await ExecuteAsync(connection, Stay, cancel);
        await WriterFence.EndAsync(connection, address, WriterFence.Patience, cancel);
        return new ModelLock(connection);
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _released.CancelAsync();
        await _watch;
        await _connection.DisposeAsync();
        _released.Dispose();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Nobody notifies this connection of anything: to wait on it is to hear of its end.
    private async Task WatchAsync()
    {
        try
        {
            while (true)
                await _connection.WaitAsync(_released.Token);
        }
        catch (OperationCanceledException) when (_released.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            var cause = RootCause.Of(e);
            var reason = cause is PostgresException known ? known.MessageText : cause.Message;
            _lost.SetResult(new ModelException(
                $"The connection that holds the model broke: {reason.TrimEnd('.')}. Nothing that was stored is lost.",
                e));
        }
    }
}
