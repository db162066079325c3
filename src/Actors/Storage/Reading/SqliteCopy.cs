using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using MoE.Actors.Storage.Marks;
using SQLitePCL;

namespace MoE.Actors.Storage.Reading;

/// <summary>
/// A database as its file and its write-ahead log make it, in the memory of this process. Nothing is written to the
/// folder that it is read from, and nothing there is taken notice of twice: it may lie on a read-only or a full disk.
/// </summary>
internal sealed class SqliteCopy : IDisposable
{
    private const int Chunk = 1 << 20;
    private const int HeaderBytes = 100;
    private const int FormatVersionsAt = 18;                 // 2, 2 for a write-ahead log, which memory has none of
    private const short WithoutLog = 0x0101;

    private readonly SqliteConnection _owner;

    private SqliteCopy(string file, SqliteConnection owner) => (File, _owner) = (file, owner);

    /// <summary>The file it was made of.</summary>
    public string File { get; }

    /// <summary>How to connect to it, as often as wanted, until this is disposed of.</summary>
    public string Connection => _owner.ConnectionString;

    /// <summary>Copies a database; one without tables where there is no file.</summary>
    /// <exception cref="ModelException">It cannot be read, or is no database.</exception>
    public static SqliteCopy Of(string file)
    {
        var shared = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = $"moe-{Guid.NewGuid():N}",
            Mode = SqliteOpenMode.Memory,
            Cache = SqliteCacheMode.Shared,
            Pooling = false,
        }.ToString());
        try
        {
            shared.Open();
            using var read = new SqliteConnection("Data Source=:memory:;Pooling=False");
            read.Open();
            if (TryLoad(file, read))
                read.BackupDatabase(shared);
            return new SqliteCopy(file, shared);
        }
        catch (Exception e)
        {
            shared.Dispose();
            throw e switch
            {
                SqliteException damage when StoredDamage.IsCode(damage.SqliteErrorCode) => new ModelException(
                    $"{file} is damaged: {e.Message} Restore it from a backup, or start with another data directory.",
                    e),
                SqliteException or IOException or UnauthorizedAccessException =>
                    new ModelException($"{file} cannot be read: {e.Message}", e),
                _ => e,
            };
        }
    }

    /// <summary>The number by which the files of its directory know each other; 0 for none.</summary>
    public int Identity => SqliteIdentity.Read(_owner);

    /// <summary>Whether it has images of a model. A file that cannot be read has something in it.</summary>
    public bool HasImages(string model)
    {
        try
        {
            return SqliteIdentity.HasImages(_owner, model);
        }
        catch (SqliteException)
        {
            return true;
        }
    }

    /// <summary>What SQLite finds damaged in it, in one sentence each.</summary>
    public IReadOnlyList<string> Damages()
    {
        List<string> damages = [];
        try
        {
            using var command = _owner.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(20)";
            using var lines = command.ExecuteReader();
            while (lines.Read())
                if (lines.GetString(0) is var line && line != "ok")
                    damages.Add($"{Path.GetFileName(File)} is damaged: {line.ReplaceLineEndings(" ")}.");
        }
        catch (SqliteException e)
        {
            damages.Add($"{Path.GetFileName(File)} is damaged: {e.Message}");
        }
        return damages;
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();

    private static bool TryLoad(string file, SqliteConnection connection)
    {
        if (!System.IO.File.Exists(file))
            return false;
        using var stream = new FileStream(
            file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, Chunk);
        if (stream.Length == 0)
            return false;                                    // SQLite throws a log away that has no file before it
        var wal = WalPages.Read(file);
        var bytes = wal.Bytes ?? stream.Length;
        var place = raw.sqlite3_malloc64(bytes);
        if (place == IntPtr.Zero)
            throw new IOException($"there is not enough memory for its {bytes >> 20} MiB.");
        try
        {
            Fill(place, bytes, stream, wal);
        }
        catch
        {
            raw.sqlite3_free(place);
            throw;
        }
        var code = raw.sqlite3_deserialize(connection.Handle, "main", place, bytes, bytes,
            raw.SQLITE_DESERIALIZE_FREEONCLOSE | raw.SQLITE_DESERIALIZE_READONLY);
        SqliteException.ThrowExceptionForRC(code, connection.Handle);
        return true;
    }

    private static void Fill(IntPtr place, long bytes, FileStream stream, WalPages wal)
    {
        var chunk = new byte[(int)Math.Min(Chunk, bytes)];
        for (var at = 0L; at < bytes; at += chunk.Length)
        {
            Array.Clear(chunk);
            var wanted = (int)Math.Min(chunk.Length, bytes - at);
            stream.ReadAtLeast(chunk.AsSpan(..wanted), wanted, throwOnEndOfStream: false);
            Marshal.Copy(chunk, 0, checked((IntPtr)(place + at)), wanted);
        }
        foreach (var (at, content) in wal.All())
            Marshal.Copy(content.ToArray(), 0, checked((IntPtr)(place + at)), content.Length);
        if (bytes >= HeaderBytes)
            Marshal.WriteInt16(place, FormatVersionsAt, WithoutLog);
    }
}

/// <summary>
/// The pages that a write-ahead log has in place of those of its database, up to the end of its last whole
/// transaction, as SQLite itself would read them. SQLite cannot do so where nothing may be written: it needs an index
/// beside the log.
/// </summary>
internal sealed class WalPages
{
    private readonly Dictionary<uint, int> _places = [];
    private readonly byte[] _wal;

    private WalPages(byte[] wal)
    {
        _wal = wal;
        if (!SqliteWal.HasHeader(wal, out var sum, out var isBigEndian))
            return;
        PageBytes = (int)SqliteWal.Word(wal, 8);
        var frame = SqliteWal.FrameHeaderBytes + PageBytes;
        Dictionary<uint, int> open = [];
        for (var at = SqliteWal.HeaderBytes; at + frame <= wal.Length && SqliteWal.IsOfThisLog(wal, at)
            && SqliteWal.HasFrame(wal.AsSpan(at, frame), ref sum, isBigEndian); at += frame)
        {
            open[SqliteWal.Word(wal, at)] = at + SqliteWal.FrameHeaderBytes;
            if (SqliteWal.Word(wal, at + 4) is > 0 and var pages)
                Commit(open, pages);
        }
    }

    private void Commit(Dictionary<uint, int> open, uint pages)
    {
        foreach (var (number, place) in open)
            _places[number] = place;
        open.Clear();
        Pages = pages;
    }

    /// <summary>Bytes of a page; 0 where there is no log.</summary>
    public int PageBytes { get; }

    /// <summary>Pages that the database has with the log; 0 where the log changes nothing.</summary>
    public uint Pages { get; private set; }

    /// <summary>Bytes that the database has with the log; null where the log changes nothing.</summary>
    public long? Bytes => Pages == 0 ? null : (long)Pages * PageBytes;

    /// <summary>The log of a database; one without pages where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WalPages Read(string database)
    {
        var file = database + "-wal";
        return new WalPages(File.Exists(file) ? File.ReadAllBytes(file) : []);
    }

    /// <summary>Every page of the log that is a page of the database: at which byte there, and its content.</summary>
    public IEnumerable<(long At, ReadOnlyMemory<byte> Content)> All() => _places.Where(page => page.Key <= Pages)
        .Select(page => ((page.Key - 1L) * PageBytes, (ReadOnlyMemory<byte>)_wal.AsMemory(page.Value, PageBytes)));
}
