using System.Diagnostics;
using Npgsql;

namespace MoE.Actors.Storage.Postgres;

/// <summary>
/// Ends the sessions that still write under a model's name. Whoever had them lost the lock before, and must not write
/// any more.
/// </summary>
internal static class WriterFence
{
    /// <summary>Time that sessions get to end, unless told otherwise.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Under whatever user: the model may have been written by another one before.
    private const string Writers =
        "FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY($1)";

    /// <summary>Ends them all, and is done when none is left.</summary>
    /// <exception cref="ModelException">Some are left after the time that they get.</exception>
    public static async Task EndAsync(
        NpgsqlConnection connection, PostgresAddress address, TimeSpan patience, CancellationToken cancel)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(Pause, cancel))
        {
            var refusal = await TerminateAsync(connection, address, cancel);

            // What terminating answers says little: false is also for a session that ended by itself meanwhile.
            if (await ExecuteAsync(connection, address, $"SELECT count(*) {Writers}", cancel) is 0L)
                return;
            if (clock.Elapsed < patience)
                continue;
            throw new ModelException(
                $"{address.Name} is still being written by a moe process that was stopped; " + (refusal is null
                    ? "try again in a minute."
                    : $"its sessions cannot be ended: {refusal.MessageText.TrimEnd('.')}. Grant pg_signal_backend to "
                        + "the user in moe.postgres.connection, or try again in a minute."), refusal);
        }
    }

    private static async Task<PostgresException?> TerminateAsync(
        NpgsqlConnection connection, PostgresAddress address, CancellationToken cancel)
    {
        try
        {
            await ExecuteAsync(connection, address, $"SELECT count(pg_terminate_backend(pid)) {Writers}", cancel);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return e;                                        // they may still end by themselves
        }
    }

    private static async Task<object?> ExecuteAsync(
        NpgsqlConnection connection, PostgresAddress address, string statement, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        command.Parameters.Add(new() { Value = (string[])[address.JournalName, address.SnapshotsName] });
        return await command.ExecuteScalarAsync(cancel);
    }
}
