using Npgsql;

namespace MoE.Actors.Storage.Postgres;

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
