using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace MoE.Actors.Storage.Postgres;

/// <summary>Which model in which database. Nothing that is said of it holds the password.</summary>
internal sealed class PostgresAddress
{
    private const int StoreConnections = 8;
    private const int StorePatienceSeconds = 120;
    private const int LockKeepAliveSeconds = 10;

    private readonly NpgsqlConnectionStringBuilder _given;
    private readonly string _database;
    private readonly string _user;
    private readonly string _session;

    /// <summary>Takes a connection string that <see cref="Problem"/> has nothing against.</summary>
    public PostgresAddress(string connection, string model)
    {
        _given = new NpgsqlConnectionStringBuilder(connection);
        Model = model;
        _user = _given.Username ?? Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;
        _database = _given.Database ?? Environment.GetEnvironmentVariable("PGDATABASE") ?? _user;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"moe model {model}"));
        Key = BinaryPrimitives.ReadInt64BigEndian(hash);
        _session = $"{model[..Math.Min(model.Length, 32)]} {Key:x16}";      // PostgreSQL cuts names after 63 bytes
    }

    /// <summary>The model's name.</summary>
    public string Model { get; }

    /// <summary>The model's number among the database's advisory locks; never changes.</summary>
    public long Key { get; }

    /// <summary>What the model is called in messages.</summary>
    public string Name => $"model '{Model}' in {Place}";

    /// <summary>What the database is called in messages.</summary>
    public string Place => $"database '{_database}' at {_given.Host}:{_given.Port}";

    /// <summary>What the sessions are called in pg_stat_activity that write the log.</summary>
    public string JournalName => $"moe journal {_session}";

    /// <summary>What the sessions are called in pg_stat_activity that write checkpoints.</summary>
    public string SnapshotsName => $"moe images {_session}";

    /// <summary>The connection on which the model is locked: not pooled, and asked for life signs.</summary>
    public string Lock => new NpgsqlConnectionStringBuilder(_given.ConnectionString)
    {
        ApplicationName = $"moe lock {_session}",
        Pooling = false,
        KeepAlive = LockKeepAliveSeconds,
    }.ConnectionString;

    /// <summary>
    /// The connections that write. Many experts save at once, and wait for one of a few connections as for the server.
    /// </summary>
    /// <param name="name">What the sessions are called.</param>
    /// <param name="setting">What else the server is told, as in <c>-c name=value</c>; may be empty.</param>
    public string Store(string name, string setting) => new NpgsqlConnectionStringBuilder(_given.ConnectionString)
    {
        ApplicationName = name,
        MaxPoolSize = StoreConnections,
        Timeout = StorePatienceSeconds,
        CommandTimeout = StorePatienceSeconds,
        Options = $"{_given.Options} {setting}".Trim() is { Length: > 0 } all ? all : null,
    }.ConnectionString;

    /// <summary>What is wrong with a connection string; null where nothing is.</summary>
    public static string? Problem(string connection)
    {
        const string Form = "it must be like Host=db;Database=moe;Username=moe;Password=...; a value that holds ; or = "
            + "must be in quotation marks.";
        try
        {
            var host = new NpgsqlConnectionStringBuilder(connection).Host;
            return string.IsNullOrEmpty(host) ? $"moe.postgres.connection has no Host; {Form}"
                : host.Contains(',', StringComparison.Ordinal)
                    ? $"moe.postgres.connection has the hosts {host}; it must have one, which holds the model's lock."
                    : null;
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return $"moe.postgres.connection (not shown here) is not a connection string of Npgsql; {Form}";
        }
    }

    /// <summary>That a server which says that it starts is waited for, in one line.</summary>
    public string Waiting(Exception cause) => string.Create(CultureInfo.InvariantCulture,
        $"waiting for {Name}, up to {Restart.Patience.TotalSeconds:0} s: {Reason(RootCause.Of(cause)).TrimEnd('.')}");

    private static string Reason(Exception cause) => cause is PostgresException e ? e.MessageText : cause.Message;

    /// <summary>Why the database cannot be used, in one line.</summary>
    public ModelException Refusal(Exception cause)
    {
        var (reason, remedy) = RootCause.Of(cause) switch
        {
            PostgresException { SqlState: ['2', '8', ..] } e =>
                (e.MessageText, "Correct the user or the password in moe.postgres.connection."),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } e =>
                (e.MessageText, "Create that database, or give another one in moe.postgres.connection."),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e =>
                (e.MessageText, "Grant it to the user, or give another user in moe.postgres.connection."),
            PostgresException e when Restart.SaysSo(e) =>
                (e.MessageText, "Try again once it accepts connections."),
            PostgresException e =>
                (e.MessageText, "See the server's log, and check moe.postgres.connection."),
            var e => (e.Message, "Start the server, or correct moe.postgres.connection."),
        };
        return new ModelException(
            $"PostgreSQL at {_given.Host}:{_given.Port}, database '{_database}', user '{_user}', cannot be used: "
            + $"{reason.TrimEnd('.')}. {remedy}", cause);
    }
}

/// <summary>Tells a server that cannot be reached from one that says no: only the first may be waited for.</summary>
internal static class LostServer
{
    /// <summary>What to do about it.</summary>
    public const string Remedy = "Once the server can be reached, run the same command to continue.";

    private const string ConnectionExceptions = "08";
    private const string Interventions = "57P";              // shutdown, crash, terminated session, not yet started

    /// <summary>Whether a failure comes from the connection to the server.</summary>
    public static bool IsCause(Exception failure) => RootCause.Of(failure) switch
    {
        PostgresException e => e.SqlState.StartsWith(ConnectionExceptions, StringComparison.Ordinal)
            || e.SqlState.StartsWith(Interventions, StringComparison.Ordinal),
        var e => e is NpgsqlException or SocketException or IOException or TimeoutException,
    };
}

/// <summary>
/// Whether a server that takes no connections is about to take them: it says that it starts, recovers or shuts down. A
/// server that cannot be reached is waited for only once it has said so, for else it may be another host or port.
/// </summary>
internal sealed class Restart
{
    /// <summary>How long a server is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private bool _hasSaidSo;

    /// <summary>Whether to try again after a failure.</summary>
    /// <param name="failure">Why it did not work this time.</param>
    /// <param name="waited">How long it was tried so far.</param>
    public bool IsWorthWaiting(Exception failure, TimeSpan waited)
    {
        _hasSaidSo |= SaysSo(failure);
        return _hasSaidSo && waited < Patience && LostServer.IsCause(failure);
    }

    /// <summary>Whether a server said with this failure that it starts, recovers or shuts down.</summary>
    public static bool SaysSo(Exception failure) => RootCause.Of(failure) is PostgresException
    {
        SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown
    };
}
