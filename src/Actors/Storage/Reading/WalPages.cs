namespace MoE.Actors.Storage.Reading;

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
