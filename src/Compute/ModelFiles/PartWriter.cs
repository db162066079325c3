using System.Buffers.Binary;
using MoE.Compute.Files;

namespace MoE.Compute.ModelFiles;

/// <summary>
/// Writes a model file: a header of 16 bytes (mark, format, CRC-32C of both), then part after part, each behind its
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
