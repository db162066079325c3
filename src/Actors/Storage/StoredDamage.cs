using System.Data.Common;
using System.Net.Sockets;
using Akka.Actor;
using Microsoft.Data.Sqlite;

namespace MoE.Actors.Storage;

/// <summary>
/// Tells what is stored but damaged, and so will never be read, from a store that only cannot be reached now: of the
/// one a model takes leave for good, after the other it is opened again.
/// </summary>
internal static class StoredDamage
{
    private const int SqliteCorrupt = 11;
    private const int SqliteNoDatabase = 26;

    /// <summary>Whether a failure to read says that what is stored is damaged.</summary>
    public static bool IsCause(Exception failure) => RootCause.Of(failure) switch
    {
        SqliteException e => IsCode(e.SqliteErrorCode),
        ModelException or DbException or SocketException or IOException or TimeoutException or AkkaException
            or OperationCanceledException or ObjectDisposedException => false,
        _ => true,
    };

    /// <summary>Whether SQLite says with this code that a file is damaged.</summary>
    public static bool IsCode(int sqliteErrorCode) => sqliteErrorCode is SqliteCorrupt or SqliteNoDatabase;
}
