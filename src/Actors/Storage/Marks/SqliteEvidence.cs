using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace MoE.Actors.Storage.Marks;

/// <summary>What the files of a data directory say of each other.</summary>
internal static class SqliteEvidence
{
    /// <summary>
    /// Refuses a file that lost its beginning. SQLite throws a write-ahead log away where it finds no file before it.
    /// No kill leaves it so: the first page of the file is on the disk before there is such a log.
    /// </summary>
    /// <exception cref="ModelException">It did.</exception>
    public static void RefuseWithoutHeader(string file)
    {
        var (database, wal) = (new FileInfo(file), new FileInfo(file + "-wal"));
        if (database is { Exists: true, Length: > 0 } || wal is not { Exists: true, Length: > SqliteWal.HeaderBytes })
            return;
        throw new ModelException($"{file} is {(database.Exists ? "empty" : "missing")}, but its write-ahead log has "
            + string.Create(CultureInfo.InvariantCulture, $"{wal.Length:N0} bytes: what was stored in the file is ")
            + "lost. Nothing was changed; restore the data from a backup, or start with another data directory.");
    }

    /// <summary>What is known of a log from outside it.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="found">The mark; null where none can be read.</param>
    /// <param name="identities">The numbers by which the files of log and images know each other.</param>
    /// <param name="hasImages">Whether images of the model are stored.</param>
    public static LogEvidence Of(
        string folder, string model, Mark? found, (int Log, int Images) identities, Func<bool> hasImages)
    {
        var (log, images) = identities;
        var known = log != 0 ? log : images;
        var file = MarkFile.NameOf(model);
        var problem = found switch
        {
            { Identity: var identity } when known != 0 && identity != known => "belongs to another data directory",
            not null => null,
            null when File.Exists(Path.Combine(folder, file)) => "is damaged",
            null => known != 0 ? "is missing" : null,        // 0: no version with a mark has opened it yet
        };
        return new LogEvidence
        {
            File = file,
            Last = problem is null ? found?.Last : null,
            Mismatch = log != 0 && images != 0 && log != images
                ? $"{DataDirectory.JournalFile} and {DataDirectory.SnapshotsFile} belong to different data "
                    + "directories, or one of them is damaged."
                : null,
            Problem = problem is null ? null
                : $"{file} {problem}, so it is not known whether acknowledged rows were lost.",
            HasImages = hasImages,
        };
    }
}

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
            new StorageIds(model, 1).OfGate,
            new StorageIds(model, StorageIds.FirstUnambiguousFormat).OfGate) > 0;

    private static long Number(SqliteConnection connection, string query, params string[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        foreach (var (place, value) in values.Index())
            command.Parameters.AddWithValue($"${place}", value);
        return (long)(command.ExecuteScalar() ?? 0L);
    }
}
