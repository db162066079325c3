using System.Buffers.Binary;
using MoE.Compute.Files;

namespace MoE.Actors.Storage.Marks;

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
