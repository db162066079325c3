using System.Globalization;

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
