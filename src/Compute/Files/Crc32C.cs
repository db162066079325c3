using System.Buffers.Binary;
using System.Numerics;

namespace MoE.Compute.Files;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of RFC 3720, section 12.1: notices every single changed byte and every burst of
/// up to 32 bits.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of no bytes at all; where a sum over several spans begins.</summary>
    public const uint Empty = 0;

    /// <summary>The checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(Empty, bytes);

    /// <summary>The checksum of bytes that follow those of <paramref name="checksum"/>.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var rest = ~checksum;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            rest = BitOperations.Crc32C(rest, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            rest = BitOperations.Crc32C(rest, b);
        return ~rest;
    }
}
