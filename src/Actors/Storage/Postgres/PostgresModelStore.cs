using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using MoE.Actors.Logging;
using Npgsql;

namespace MoE.Actors.Storage.Postgres;

/// <summary>One model in a PostgreSQL database, locked as long as this is not disposed of.</summary>
internal sealed class PostgresModelStore : IModelStore
{
    private static readonly Version OldestServer = new(15, 0);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly PostgresAddress _address;
    private readonly ModelLock _lock;
    private readonly PostgresSlot _slot;

    private PostgresModelStore(PostgresAddress address, ModelLock held, PostgresSlot slot) =>
        (_address, _lock, _slot) = (address, held, slot);

    public string Name => _address.Name;

    public string FullName => _address.Name;

    public StorePlugins Plugins => _slot.Plugins;

    public Task<ModelException> Lost => _lock.Lost;

    /// <summary>
    /// Takes the model for this process, and makes the tables where there are none. A server that says that it starts
    /// is waited for.
    /// </summary>
    /// <param name="address">The model.</param>
    /// <param name="slot">By which it is to be written.</param>
    /// <param name="sync">When a row counts as stored.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="isReading">Whether the model is only looked at, and no table is made.</param>
    /// <param name="tell">Takes a line for the user when the server is waited for; default: standard error.</param>
    /// <exception cref="ModelException">The server, the database or the model cannot be had.</exception>
    public static async Task<PostgresModelStore> OpenAsync(
        PostgresAddress address, PostgresSlot slot, JournalSync sync, CancellationToken cancel, bool isReading = false,
        Action<string>? tell = null)
    {
        var (restart, clock, isTold) = (new Restart(), Stopwatch.StartNew(), false);
        for (; ; await Task.Delay(Pause, cancel))
            try
            {
                return await TryOpenAsync(address, slot, sync, isReading, cancel);
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

    /// <summary>Whether a failure is the server's, or of the way to it.</summary>
    public static bool IsOfServer(Exception e) =>
        e is DbException or SocketException or IOException or TimeoutException or AuthenticationException;

    private static async Task<PostgresModelStore> TryOpenAsync(
        PostgresAddress address, PostgresSlot slot, JournalSync sync, bool isReading, CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(address.Lock);
        try
        {
            await connection.OpenAsync(cancel);
            if (connection.PostgreSqlVersion < OldestServer)
                throw address.Refusal(new NotSupportedException(
                    $"its version is {connection.PostgreSqlVersion}, and it must be {OldestServer.Major} or later"));
            if (isReading)
                await PostgresTables.FindAsync(connection, address, cancel);
            else
                await PostgresTables.MakeAsync(connection, address, cancel);
            var setting = await CommitSettingAsync(connection, sync, cancel);
            var held = await ModelLock.TakeAsync(connection, address, cancel);
            slot.Connect(address, setting);
            return new PostgresModelStore(address, held, slot);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes all connections; with the last of them the model is free.</summary>
    public async ValueTask DisposeAsync()
    {
        await _slot.DisconnectAsync();
        await _lock.DisposeAsync();
        _slot.Free();
    }

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
