using System.Buffers.Binary;

namespace MoE.Actors.Storage;

/// <summary>
/// Looks for damage in a write-ahead log. SQLite itself takes the first frame with a wrong checksum for the end, as a
/// crash leaves it, and lets everything behind that go without a word. But a transaction begins only when the one
/// before it is on the disk: two of them behind a wrong frame were stored, and are lost. The layout is that of "WAL
/// File Format" in SQLite's documentation.
/// </summary>
internal static class SqliteWal
{
    /// <summary>Bytes before the first frame.</summary>
    public const int HeaderBytes = 32;

    internal const int FrameHeaderBytes = 24;
    private const uint LittleEndianMagic = 0x377f0682;
    private const uint BigEndianMagic = 0x377f0683;

    /// <summary>The byte from which on transactions that were stored cannot be read; null for none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long? DamagedAt(string database)
    {
        var file = new FileInfo(database + "-wal");
        if (!file.Exists || file.Length <= HeaderBytes + FrameHeaderBytes)
            return null;
        return DamagedAt(File.ReadAllBytes(file.FullName));
    }

    /// <summary>Whether the header is whole, with its checksum and the order of bytes in all others.</summary>
    internal static bool HasHeader(ReadOnlySpan<byte> wal, out (uint A, uint B) sum, out bool isBigEndian)
    {
        sum = (0, 0);
        isBigEndian = wal.Length >= HeaderBytes && Word(wal, 0) == BigEndianMagic;
        if (wal.Length < HeaderBytes)
            return false;
        Add(ref sum, wal[..24], isBigEndian);
        return (isBigEndian || Word(wal, 0) == LittleEndianMagic) && sum == (Word(wal, 24), Word(wal, 28));
    }

    private static long? DamagedAt(ReadOnlySpan<byte> wal)
    {
        if (!HasHeader(wal, out var sum, out var isBigEndian))
            return 0;
        var frame = FrameHeaderBytes + (int)Word(wal, 8);
        var at = HeaderBytes;
        for (; at + frame <= wal.Length && IsOfThisLog(wal, at); at += frame)
        {
            if (!HasFrame(wal.Slice(at, frame), ref sum, isBigEndian))
                break;
        }
        return CommitsFrom(at, frame, wal) >= 2 ? at : null;
    }

    /// <summary>Whether a frame's checksum is that of everything up to it.</summary>
    internal static bool HasFrame(ReadOnlySpan<byte> frame, ref (uint A, uint B) sum, bool isBigEndian)
    {
        Add(ref sum, frame[..8], isBigEndian);
        Add(ref sum, frame[FrameHeaderBytes..], isBigEndian);
        return sum == (Word(frame, 16), Word(frame, 20));
    }

    private static int CommitsFrom(int at, int frame, ReadOnlySpan<byte> wal)
    {
        var commits = 0;
        for (; at + frame <= wal.Length; at += frame)
            if (IsOfThisLog(wal, at) && Word(wal, at + 4) != 0)
                commits++;
        return commits;
    }

    // Frames of an earlier round lie behind the last one of this; their salts are others.
    internal static bool IsOfThisLog(ReadOnlySpan<byte> wal, int at) =>
        wal.Slice(at + 8, 8).SequenceEqual(wal.Slice(16, 8));

    private static void Add(ref (uint A, uint B) sum, ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        var (a, b) = sum;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var (x, y) = (Word(bytes, 0), Word(bytes, 4));
            a += b + (isBigEndian ? x : BinaryPrimitives.ReverseEndianness(x));
            b += a + (isBigEndian ? y : BinaryPrimitives.ReverseEndianness(y));
        }
        sum = (a, b);
    }

    /// <summary>A number of the log's header or of a frame's.</summary>
    internal static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
