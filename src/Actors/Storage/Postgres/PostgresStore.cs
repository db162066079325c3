using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using MoE.Actors.Logging;
using MoE.Actors.Serialization;
using Npgsql;

namespace MoE.Actors.Storage.Postgres;

/// <summary>The log and the checkpoints of one model in a PostgreSQL database.</summary>
internal sealed class PostgresStore : IStore
{
    private static readonly Version OldestServer = new(15, 0);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly PostgresAddress _address;
    private readonly ModelLock _lock;
    private readonly string _journal;
    private readonly string _snapshots;

    private PostgresStore(PostgresAddress address, ModelLock held, string setting)
    {
        (_address, _lock) = (address, held);
        _journal = address.Store(address.JournalName, setting);
        _snapshots = address.Store(address.SnapshotsName, setting);
    }

    public string Name => _address.Name;

    public string HoconFile => "persistence.postgres.hocon";

    public IEnumerable<Setup> Setups
    {
        get
        {
            var setup = new MultiDataOptionsSetup();
            setup.AddDataOptions("akka.persistence.journal.sql", Options(_journal));
            setup.AddDataOptions("akka.persistence.snapshot-store.sql", Options(_snapshots));
            return [setup];
        }
    }

    public Task<ModelException> Lost => _lock.Lost;

    /// <summary>
    /// Takes the model for this process, and makes the tables where there are none. A server that says that it starts
    /// is waited for.
    /// </summary>
    /// <param name="address">The model.</param>
    /// <param name="sync">When a row counts as stored.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="isReading">Whether the model is only looked at, and no table is made.</param>
    /// <param name="tell">Takes a line for the user when the server is waited for; default: standard error.</param>
    /// <exception cref="ModelException">The server, the database or the model cannot be had.</exception>
    public static async Task<PostgresStore> OpenAsync(
        PostgresAddress address, JournalSync sync, CancellationToken cancel, bool isReading = false,
        Action<string>? tell = null)
    {
        var (restart, clock, isTold) = (new Restart(), Stopwatch.StartNew(), false);
        for (; ; await Task.Delay(Pause, cancel))
            try
            {
                return await TryOpenAsync(address, sync, isReading, cancel);
            }
            catch (Exception e) when (IsOfServer(e) && restart.IsWorthWaiting(e, clock.Elapsed))
            {
                if (!isTold)
                    (tell ?? StandardErrorLogger.Warn)(address.Waiting(e));
                isTold = true;
            }
            catch (Exception e) when (IsOfServer(e))
            {
                throw address.Refusal(e);
            }
    }

    private static bool IsOfServer(Exception e) =>
        e is DbException or SocketException or IOException or TimeoutException or AuthenticationException;

    private static async Task<PostgresStore> TryOpenAsync(
        PostgresAddress address, JournalSync sync, bool isReading, CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(address.Lock);
        try
        {
            await connection.OpenAsync(cancel);
            if (connection.PostgreSqlVersion < OldestServer)
                throw address.Refusal(new NotSupportedException(
                    $"its version is {connection.PostgreSqlVersion}; it must be {OldestServer.Major} or later"));
            if (isReading)
                await PostgresTables.FindAsync(connection, address, cancel);
            else
                await PostgresTables.MakeAsync(connection, address, cancel);
            var setting = await CommitSettingAsync(connection, sync, cancel);
            return new PostgresStore(address, await ModelLock.TakeAsync(connection, address, cancel), setting);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<string> Warnings => [];

    // Log and images lie in one database, which forgets in the order in which it was told.
    public Task SettleLogAsync() => Task.CompletedTask;

    public string? Remedy(Exception cause) =>
        FullDisk.IsCause(cause, null) ? FullDisk.Remedy
        : LostServer.IsCause(cause) ? LostServer.Remedy
        : null;

    /// <summary>Closes all connections; with the last of them the model is free.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in (string[])[_journal, _snapshots])
        {
            await using var pooled = new NpgsqlConnection(connection);
            NpgsqlConnection.ClearPool(pooled);
        }
        await _lock.DisposeAsync();
    }

    private static DataOptions Options(string connection) =>
        new DataOptions().UseConnectionString("PostgreSQL.15", connection).UseInterceptor(new StoredRows());

    // A server may be set to softer commits than were asked for here, or to even harder ones.
    private static async Task<string> CommitSettingAsync(
        NpgsqlConnection connection, JournalSync sync, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SHOW synchronous_commit", connection);
        var server = (string?)await command.ExecuteScalarAsync(cancel);
        return sync == JournalSync.Os ? "-c synchronous_commit=off"
            : server == "off" ? "-c synchronous_commit=on"
            : "";
    }
}
