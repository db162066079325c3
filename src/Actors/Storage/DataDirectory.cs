using MoE.Actors.Storage.Reading;

namespace MoE.Actors.Storage;

/// <summary>A folder that holds models, locked against other processes as long as this is not disposed.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>Name of the log's file: where it is, a model is.</summary>
    public const string JournalFile = "journal.db";

    /// <summary>Name of the file of the checkpoints' images.</summary>
    public const string SnapshotsFile = "snapshots.db";
    private const string LockFile = "moe.lock";

    /// <summary>How the name of the file ends that says how far a model's log was acknowledged.</summary>
    public const string AcknowledgedEnding = ".acknowledged";

    // SQLite puts -wal, -shm and -journal behind a name; what else there is begins as the lock does.
    private static readonly string[] ReservedPrefixes = [JournalFile, SnapshotsFile, "moe."];

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The files that others can read though the folder does not say so, in a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Whether a folder holds a model. Makes nothing, locks nothing.</summary>
    public static bool HasModel(string path) => File.Exists(JournalIn(path));

    /// <summary>Whether a folder is a data directory, be its model damaged or not.</summary>
    public static bool IsAt(string path) =>
        new[] { JournalFile, SnapshotsFile, LockFile }.Any(file => File.Exists(System.IO.Path.Combine(path, file)));

    /// <summary>Whether a file of that name is the model's, in a data directory.</summary>
    public static bool IsReserved(string name) =>
        ReservedPrefixes.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            || name.EndsWith(AcknowledgedEnding, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Makes the folder where there is none, for its owner alone, and locks it. Files that it lacks are made empty,
    /// with the rights that the model's files are to have: SQLite would give them to everybody.
    /// </summary>
    /// <exception cref="ModelException">It cannot be written, or is in use.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            OwnerRights.MakeFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(
                $"{path} cannot be used as a data directory: {e.Message} Give a writable folder.", e);
        }
        FileStream? held = null;
        try
        {
            var rights = OwnerRights.OfFilesIn(path);
            held = rights.Open(LockIn(path), FileMode.OpenOrCreate);
            string[] files = [JournalIn(path), SnapshotsIn(path)];
            foreach (var file in files)
                if (!File.Exists(file) && !File.Exists(file + "-wal"))
                    rights.Open(file, FileMode.CreateNew).Dispose();
            return new DataDirectory(path, held) { Warnings = rights.Warnings(files) };
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsInUse(e)))
        {
            held?.Dispose();
            throw new ModelException($"{path} cannot be written: {e.Message} "
                + (FullDisk.IsCause(e, null) ? FullDisk.Remedy : "Give a writable folder."), e);
        }
        catch (IOException e)
        {
            throw InUse(path, e);
        }
    }

    /// <summary>
    /// Keeps writers out of a folder while it is read. Makes nothing and needs no right to write: a folder without a
    /// lock, such as a copy on a disk for reading alone, is read as it is.
    /// </summary>
    /// <exception cref="ModelException">It is in use, or cannot be read.</exception>
    public static DirectoryReading OpenToRead(string path)
    {
        try
        {
            var held = File.Exists(LockIn(path))
                ? new FileStream(LockIn(path), FileMode.Open, FileAccess.Read, FileShare.Read)
                : null;
            return new DirectoryReading([JournalIn(path), SnapshotsIn(path)], held,
                () => held is null && File.Exists(LockIn(path)) ? InUse(path, null) : null);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsInUse(e)))
        {
            throw new ModelException($"{path} cannot be read: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw InUse(path, e);
        }
    }

    private static ModelException InUse(string path, Exception? cause) => new(
        $"{path} is in use by another moe process; stop that one, or give another data directory.", cause);

    /// <summary>EAGAIN or EWOULDBLOCK of flock on Linux and macOS; a sharing violation on Windows.</summary>
    private static bool IsInUse(Exception e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>The log's file in a folder.</summary>
    public static string JournalIn(string path) => System.IO.Path.Combine(path, JournalFile);

    /// <summary>The images' file in a folder.</summary>
    public static string SnapshotsIn(string path) => System.IO.Path.Combine(path, SnapshotsFile);

    private static string LockIn(string path) => System.IO.Path.Combine(path, LockFile);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}

/// <summary>The files of a stored model, which nothing else may write.</summary>
public static class StoredFiles
{
    /// <summary>The data directory of which a path is a file of the model's; null where it is none.</summary>
    public static string? FolderOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return folder is not null && DataDirectory.IsReserved(Path.GetFileName(path)) && DataDirectory.IsAt(folder)
            ? folder : null;
    }
}
