using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using MoE.Actors.Gate;

namespace MoE.Actors.Storage.Marks;

/// <summary>
/// The number by which the files of one data directory know each other: SQLite's user_version, which it leaves to who
/// uses it. 0 in files of a version that kept no mark. Drawn anew for every directory, and part of nothing learned.
/// </summary>
internal static class SqliteIdentity
{
    /// <summary>A new one.</summary>
    public static int New() => RandomNumberGenerator.GetInt32(1, int.MaxValue);

    /// <summary>That of an open file.</summary>
    public static int Read(SqliteConnection connection) => (int)Number(connection, "PRAGMA user_version");

    /// <summary>Gives it to a file, and brings that to the file itself, for its write-ahead log may get lost.</summary>
    public static void Write(string file, int identity)
    {
        using var connection = new SqliteConnection(file);
        connection.Open();
        Number(connection, $"PRAGMA user_version = {identity}; PRAGMA wal_checkpoint(PASSIVE)");
    }

    /// <summary>Whether the images of a model's gate are in an open file, whatever its format.</summary>
    public static bool HasImages(SqliteConnection connection, string model) =>
        Number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'snapshot'") > 0
        && Number(connection, "SELECT EXISTS (SELECT 1 FROM snapshot WHERE persistence_id IN ($0, $1))",
            new StorageIds(model, 1).OfGate, new StorageIds(model, ModelCreated.CurrentFormat).OfGate) > 0;

    private static long Number(SqliteConnection connection, string query, params string[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        foreach (var (place, value) in values.Index())
            command.Parameters.AddWithValue($"${place}", value);
        return (long)(command.ExecuteScalar() ?? 0L);
    }
}
