using System.Buffers.Binary;
using System.Text;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>
/// Bytes as they are stored: the content, then its CRC-32C as four bytes, little-endian. The sum begins with the
/// manifest, so that no content is read as another kind's.
/// </summary>
internal static class Sealed
{
    private const int ChecksumBytes = sizeof(uint);

    /// <summary>The parts one behind the other, and the checksum.</summary>
    public static byte[] Seal(string manifest, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var bytes = new byte[head.Length + body.Length + ChecksumBytes];
        head.CopyTo(bytes);
        body.CopyTo(bytes.AsSpan(head.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(^ChecksumBytes..), Checksum(manifest, bytes.AsSpan(..^ChecksumBytes)));
        return bytes;
    }

    /// <summary>The content.</summary>
    /// <exception cref="InvalidDataException">The checksum is another one.</exception>
    public static ReadOnlyMemory<byte> Open(string manifest, byte[] bytes)
    {
        if (bytes.Length < ChecksumBytes)
            throw new InvalidDataException($"it has only {bytes.Length} bytes");
        var (stored, found) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^ChecksumBytes..)),
            Checksum(manifest, bytes.AsSpan(..^ChecksumBytes)));
        return stored == found
            ? bytes.AsMemory(..^ChecksumBytes)
            : throw new InvalidDataException($"its checksum is {found:x8} where {stored:x8} was stored");
    }

    private static uint Checksum(string manifest, ReadOnlySpan<byte> content) =>
        Crc32C.Append(Crc32C.Of(Encoding.UTF8.GetBytes(manifest)), content);
}
