namespace MoE.Actors.Storage;

/// <summary>A folder that holds one model, locked against other processes as long as this is not disposed.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>Name of the log's file: where it is, a model is.</summary>
    public const string JournalFile = "journal.db";

    private const string SnapshotsFile = "snapshots.db";
    private const string LockFile = "moe.lock";

    // SQLite puts -wal, -shm and -journal behind a name; what else there is begins as the lock does.
    private static readonly string[] ReservedBeginnings = [JournalFile, SnapshotsFile, "moe."];

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The log's file.</summary>
    public string Journal => JournalIn(Path);

    /// <summary>The file of the checkpoints' images.</summary>
    public string Snapshots => System.IO.Path.Combine(Path, SnapshotsFile);

    /// <summary>Whether a folder holds a model. Makes nothing, locks nothing.</summary>
    public static bool HasModel(string path) => File.Exists(JournalIn(path));

    /// <summary>Whether a folder is a data directory, be its model damaged or not.</summary>
    public static bool IsAt(string path) =>
        new[] { JournalFile, SnapshotsFile, LockFile }.Any(file => File.Exists(System.IO.Path.Combine(path, file)));

    /// <summary>Whether a file of that name is the model's, in a data directory.</summary>
    public static bool IsReserved(string name) =>
        ReservedBeginnings.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes the folder where there is none, and locks it.</summary>
    /// <exception cref="ModelException">It cannot be written, or is in use.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(
                $"{path} cannot be made a data directory: {e.Message} Give a folder that can be written.", e);
        }
        try
        {
            return new DataDirectory(path, new FileStream(
                System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsInUse(e)))
        {
            throw new ModelException($"{path} cannot be written: {e.Message} Give a folder that can be.", e);
        }
        catch (IOException e)
        {
            throw new ModelException(
                $"{path} is in use by another moe process; stop that one, or give another data directory.", e);
        }
    }

    /// <summary>EAGAIN or EWOULDBLOCK of flock on Linux and macOS; a sharing violation on Windows.</summary>
    private static bool IsInUse(Exception e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string JournalIn(string path) => System.IO.Path.Combine(path, JournalFile);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
