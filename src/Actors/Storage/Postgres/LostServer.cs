using System.Net.Sockets;
using Npgsql;

namespace MoE.Actors.Storage.Postgres;

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
