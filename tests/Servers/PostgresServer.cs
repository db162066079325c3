using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace MoE.Servers;

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder and on a loopback port. A guard stops it and deletes
/// the folder when this is disposed of, and also when the process of the tests ends in any other way. Where PostgreSQL
/// is absent there is no server: its tests are skipped (<see cref="PostgresFactAttribute"/>).
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    /// <summary>The superuser.</summary>
    public const string User = "moe";

    /// <summary>The superuser's password.</summary>
    public const string Password = "correct-horse-battery";

    private const int PortsToTry = 5;

    // Waits for the end of its input, which comes with the end of whoever started it, even by a kill.
    private const string Guard =
        """trap '' HUP INT TERM; folder=$1; shift; read -r _; "$@" > /dev/null 2>&1; rm -rf "$folder" """;

    private string _folder = "";
    private Process? _guard;
    private int _databases;

    /// <summary>The port at 127.0.0.1; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>Makes the cluster, starts the server and waits until it takes connections.</summary>
    public async Task InitializeAsync()
    {
        if (PostgresPrograms.Missing is not null)
            return;
        _folder = Directory.CreateTempSubdirectory("moe-postgres-").FullName;
        // In a session of its own, for a kill may be meant for the whole group of whoever started the tests.
        string[] guard = [.. OperatingSystem.IsLinux() ? (string[])["setsid"] : [],
            "sh", "-c", Guard, "sh", _folder, .. Control("stop", "-m", "immediate", "-w")];
        _guard = Process.Start(
            new ProcessStartInfo(guard[0], guard[1..]) { WorkingDirectory = "/", RedirectStandardInput = true });
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, Password);
        await PostgresPrograms.GiveAsync(_folder);
        await PostgresPrograms.RunAsync(
            PostgresPrograms.Command("initdb", "-D", Path.Combine(_folder, "data"), "-U", User, "--auth=scram-sha-256",
                $"--pwfile={password}", "-E", "UTF8", "--locale=C", "--no-sync"), _folder);
        await StartOnAFreePortAsync();
    }

    /// <summary>How to connect to a database.</summary>
    public string Connection(string database) =>
        $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database}";

    /// <summary>Makes an empty database; answers how to connect to it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(Connection("postgres"), $"CREATE DATABASE {name}");
        return Connection(name);
    }

    /// <summary>Runs a statement over a connection of its own; answers the first cell of its result.</summary>
    public static async Task<object?> ExecuteAsync(string connection, string statement)
    {
        await using var opened = new NpgsqlConnection($"{connection};Pooling=false");
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(statement, opened);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts the server again after <see cref="StopAsync"/>, on the same port.</summary>
    public Task StartAsync() => PostgresPrograms.RunAsync(
        Control("start", "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o",
            $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c shared_buffers=32MB"),
        _folder);

    /// <summary>Stops the server: fast ends every session, immediate is a crash, after which it recovers.</summary>
    public Task StopAsync(PostgresStop how) => PostgresPrograms.RunAsync(
        Control("stop", "-w", "-m", how == PostgresStop.Fast ? "fast" : "immediate"), _folder);

    /// <summary>Stops and starts the server.</summary>
    public async Task RestartAsync(PostgresStop how)
    {
        await StopAsync(how);
        await StartAsync();
    }

    /// <summary>Stops the server and deletes what it had.</summary>
    public async Task DisposeAsync()
    {
        if (_guard is null)
            return;
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private string[] Control(string verb, params string[] arguments) =>
        PostgresPrograms.Command("pg_ctl", [verb, "-D", Path.Combine(_folder, "data"), .. arguments]);

    // Between the choice of a port and its use somebody else may take it.
    private async Task StartOnAFreePortAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            try
            {
                await StartAsync();
                return;
            }
            catch (InvalidOperationException) when (attempt < PortsToTry)
            {
                continue;
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidOperationException($"{e.Message} {await LogAsync()}", e);
            }
        }
    }

    private async Task<string> LogAsync()
    {
        var log = Path.Combine(_folder, "log");
        return File.Exists(log) ? await File.ReadAllTextAsync(log) : "";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>How <see cref="PostgresServer"/> is stopped.</summary>
public enum PostgresStop
{
    /// <summary>Every session is ended, and everything is written out.</summary>
    Fast,

    /// <summary>As a crash.</summary>
    Immediate,
}
