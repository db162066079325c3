using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using MoE.Compute.Files;

namespace MoE.Actors.Storage.Marks;

/// <summary>
/// The file beside a log that says how far it was acknowledged. Two slots are written in turn, in place and without
/// waiting for the disk: a kill of the process loses nothing of it, and what a power cut may take back is an older
/// mark of a log that has more, which is no loss.
/// </summary>
internal sealed class MarkFile : IDisposable
{
    private const int Slots = 2;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly int _identity;
    private long _count;

    private MarkFile(string path, SafeFileHandle file, int identity, long count) =>
        (_path, _file, _identity, _count) = (path, file, identity, count);

    /// <summary>Name of the file of a model.</summary>
    public static string NameOf(string model) => model + DataDirectory.AcknowledgedEnding;

    /// <summary>The newest mark in a file; null where none can be read, or there is no file.</summary>
    /// <exception cref="ModelException">It is of a newer version, or cannot be read.</exception>
    public static Mark? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            var bytes = File.ReadAllBytes(path).AsMemory();
            return Enumerable.Range(0, Slots).Select(slot => slot * MarkFormat.SlotBytes)
                .Where(at => at + MarkFormat.SlotBytes <= bytes.Length)
                .Select(at => MarkFormat.Read(bytes.Slice(at, MarkFormat.SlotBytes), path))
                .OfType<Mark>().MaxBy(mark => mark.Count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Writes a first mark, after <paramref name="newest"/> where there is one, and keeps the file open.
    /// </summary>
    /// <exception cref="ModelException">The file cannot be written.</exception>
    public static MarkFile Begin(string path, int identity, Mark? newest, Acknowledged last)
    {
        try
        {
            if (!File.Exists(path))
                OwnerRights.OfFilesIn(Path.GetDirectoryName(path)!).Open(path, FileMode.CreateNew).Dispose();
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            var mark = new MarkFile(path, file, identity, newest?.Count ?? 0);
            mark.Begin(newest is null, last);
            return mark;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
    }

    /// <summary>Notes how far the log is acknowledged.</summary>
    /// <exception cref="ModelException">The file cannot be written.</exception>
    public void Write(Acknowledged last)
    {
        try
        {
            _count++;
            RandomAccess.Write(_file, MarkFormat.Write(new Mark(_count, _identity, last)),
                _count % Slots * MarkFormat.SlotBytes);
        }
        catch (IOException e)
        {
            throw NotWritten(_path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // On the disk before anything says that there is a mark.
    private void Begin(bool isNew, Acknowledged last)
    {
        try
        {
            if (isNew)
                RandomAccess.Write(_file, new byte[Slots * MarkFormat.SlotBytes], 0);
            Write(last);
            RandomAccess.FlushToDisk(_file);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    private static ModelException NotWritten(string path, Exception e) =>
        new($"{path} cannot be written: {e.Message}", e);
}

/// <summary>What one slot of a mark's file holds.</summary>
/// <param name="Count">How many were written before it; of two the one with more is the newer.</param>
/// <param name="Identity">The number by which the files of one data directory know each other.</param>
/// <param name="Last">How far the log was acknowledged.</param>
internal sealed record Mark(long Count, int Identity, Acknowledged Last);

/// <summary>
/// Layout of a slot: a disk's sector, so that it is written whole or not at all. Eight letters, the format, the
/// numbers, zeros, and a CRC-32C over all before it.
/// </summary>
internal static class MarkFormat
{
    /// <summary>Bytes of a slot.</summary>
    public const int SlotBytes = 512;

    private const long Letters = 0x6b72616d2d656f6d;         // "moe-mark"
    private const int Format = 1;
    private const int ContentBytes = SlotBytes - sizeof(uint);

    public static byte[] Write(Mark mark)
    {
        var last = mark.Last;
        var state = new StateWriter(SlotBytes);
        foreach (var number in (long[])[Letters, Format, mark.Count, mark.Identity, last.Sequence, last.Batch,
            last.Rows, last.Checksum, last.Source, last.Offset])
            state.Write(number);
        state.Write(last.Name);
        var slot = new byte[SlotBytes];
        state.Bytes.CopyTo(slot.AsSpan(..ContentBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(slot.AsSpan(ContentBytes..), Crc32C.Of(slot.AsSpan(..ContentBytes)));
        return slot;
    }

    /// <summary>The mark in a slot of a file; null where it is empty or damaged.</summary>
    /// <exception cref="ModelException">It is of a newer version.</exception>
    public static Mark? Read(ReadOnlyMemory<byte> slot, string file)
    {
        if (slot.Length < SlotBytes || BinaryPrimitives.ReadUInt32LittleEndian(slot.Span[ContentBytes..])
            != Crc32C.Of(slot.Span[..ContentBytes]))
            return null;
        var state = new StateReader(slot[..ContentBytes]);
        if (state.ReadInt64() != Letters)
            return null;
        if (state.ReadInt64() is > Format and var format)
            throw new ModelException($"{file} has format {format}, and this version of moe reads up to {Format}; "
                + "use a newer version.");
        return new Mark(state.ReadInt64(), (int)state.ReadInt64(), new Acknowledged(
            state.ReadInt64(), state.ReadInt64(), state.ReadInt64(), (uint)state.ReadInt64(), (int)state.ReadInt64(),
            Offset: state.ReadInt64(), Name: state.ReadString()));
    }
}
