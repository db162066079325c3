namespace MoE.Actors.Storage;

/// <summary>A folder that holds one model, locked against other processes as long as this is not disposed.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>Name of the log's file: where it is, a model is.</summary>
    public const string JournalFile = "journal.db";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The log's file.</summary>
    public string Journal => JournalIn(Path);

    /// <summary>The file of the checkpoints' images.</summary>
    public string Snapshots => System.IO.Path.Combine(Path, "snapshots.db");

    /// <summary>Whether a folder holds a model. Makes nothing, locks nothing.</summary>
    public static bool HasModel(string path) => File.Exists(JournalIn(path));

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
                System.IO.Path.Combine(path, "moe.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
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
