using System.Buffers.Binary;
using MoE.Compute.Files;

namespace MoE.Compute.ModelFiles;

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
            throw new ModelFileException($"{path} is no model file; give one that was written by `moe export`.");
        if (read < header.Length || BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != Crc32C.Of(header[..12]))
            throw ModelFileException.Damaged(path, "the header", "its checksum is not that of its bytes");
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
                path, name, $"it is said to be {length} bytes long, and the file has {left} more");
        var part = new byte[length];
        if (Fill(part) < length
            || PartWriter.Checksum(name, frame[..8], part) != BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]))
            throw ModelFileException.Damaged(path, name, "its checksum is not that of its bytes");
        return part;
    }

    /// <summary>The last parts, behind which the file ends.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadAll(IEnumerable<string> names)
    {
        foreach (var name in names)
            yield return Read(name);
        if (file.Length != file.Position)
            throw ModelFileException.Damaged(
                path, "the end", $"{file.Length - file.Position} bytes were found behind the last part");
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
