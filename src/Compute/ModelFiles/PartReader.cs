using System.Buffers.Binary;
using MoE.Compute.Files;

namespace MoE.Compute.ModelFiles;

/// <summary>
/// Writes a model file: a header of 16 bytes (mark, format, CRC-32C of both), then part after part, each after its
/// length (8 bytes) and the CRC-32C (4 bytes) of its name, its length and itself.
/// </summary>
internal sealed class PartWriter(Stream file)
{
    public const int HeaderBytes = 16;
    public const int FrameBytes = 12;

    /// <summary>
    /// The first bytes of every model file: not of any text, and changed by what takes it for one (as in PNG, RFC 2083,
    /// section 3.1).
    /// </summary>
    public static ReadOnlySpan<byte> Mark =>
        [0x89, (byte)'M', (byte)'O', (byte)'E', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    public void WriteHeader(int format)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        Mark.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], format);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Of(header[..12]));
        file.Write(header);
    }

    public void Write(string name, ReadOnlySpan<byte> part)
    {
        Span<byte> frame = stackalloc byte[FrameBytes];
        BinaryPrimitives.WriteInt64LittleEndian(frame, part.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], Checksum(name, frame[..8], part));
        file.Write(frame);
        file.Write(part);
    }

    public void Encode(string name, Action<StateWriter> write)
    {
        var part = new StateWriter();
        write(part);
        Write(name, part.Bytes);
    }

    public static uint Checksum(string name, ReadOnlySpan<byte> length, ReadOnlySpan<byte> part) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Of(System.Text.Encoding.UTF8.GetBytes(name)), length), part);
}

/// <summary>Reads what <see cref="PartWriter"/> wrote, and names the part that is not as it was written.</summary>
internal sealed class PartReader(FileStream file, string path)
{
    /// <summary>
    /// Checks that the file is a model's, whole up to here, and of a format up to the newest known; answers that.
    /// </summary>
    public int ReadHeader(int newest)
    {
        Span<byte> header = stackalloc byte[PartWriter.HeaderBytes];
        var read = Fill(header);
        if (read < PartWriter.Mark.Length || !header.StartsWith(PartWriter.Mark))
            throw new ModelFileException($"{path} is not a model file; give one that was written by `moe export`.");
        if (read < header.Length || BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != Crc32C.Of(header[..12]))
            throw ModelFileException.Damaged(path, "the header", "its checksum does not match its bytes");
        var format = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (format > newest)
            throw new ModelFileException(
                $"{path} has format {format}, and this version of moe reads up to {newest}; use a newer version.");
        if (format < 1)
            throw ModelFileException.Damaged(path, "the header", $"format {format} was found; 1 or more was expected");
        return format;
    }

    /// <summary>The next part, its checksum compared.</summary>
    public byte[] Read(string name)
    {
        Span<byte> frame = stackalloc byte[PartWriter.FrameBytes];
        if (Fill(frame) < frame.Length)
            throw ModelFileException.Damaged(path, name, $"the file ends at byte {file.Length}, before it");
        var (length, left) = (BinaryPrimitives.ReadInt64LittleEndian(frame), file.Length - file.Position);
        if (length < 0 || length > Math.Min(left, Array.MaxLength))
            throw ModelFileException.Damaged(
                path, name, $"it should be {length} bytes long, but the file has only {left} more");
        var part = new byte[length];
        if (Fill(part) < length
            || PartWriter.Checksum(name, frame[..8], part) != BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]))
            throw ModelFileException.Damaged(path, name, "its checksum does not match its bytes");
        return part;
    }

    /// <summary>The last parts, after which the file ends.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadAll(IEnumerable<string> names)
    {
        foreach (var name in names)
            yield return Read(name);
        if (file.Length != file.Position)
            throw ModelFileException.Damaged(
                path, "the end", $"{file.Length - file.Position} bytes were found after the last part");
    }

    /// <summary>What the next part says.</summary>
    public T Decode<T>(string name, Func<StateReader, T> read)
    {
        var state = new StateReader(Read(name));
        try
        {
            var content = read(state);
            state.End();
            return content;
        }
        catch (InvalidDataException e)
        {
            throw ModelFileException.Damaged(path, name, e.Message, e);
        }
    }

    private int Fill(Span<byte> bytes)
    {
        try
        {
            return file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new ModelFileException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
