using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MoE.Actors.Storage.Marks;
using MoE.Compute.Files;

namespace MoE.Actors.Gate.Recovery;

/// <summary>From a log to what is acknowledged of it.</summary>
internal static class LogMark
{
    private const int NameLength = 120;

    /// <summary>All of a log as it was read; <paramref name="newest"/> is its last batch if that is kept.</summary>
    public static Acknowledged Of(GateState state, AcceptedBatch? newest, long sequence)
    {
        var known = new Acknowledged(
            sequence, state.Accepted, state.Sources.Values.Sum(source => source.Rows), 0, -1, "", 0);
        return newest is null ? known : WithEnd(known, state.Accepted, newest, NameIn(state, newest.Source));
    }

    /// <summary>With one more event.</summary>
    /// <param name="known">What is acknowledged before it.</param>
    /// <param name="e">The event.</param>
    /// <param name="state">Knows the sources.</param>
    /// <param name="sequence">The event's sequence number.</param>
    public static Acknowledged With(this Acknowledged known, IGateEvent e, GateState state, long sequence)
    {
        if (e is not BatchesAccepted accepted)
            return known with { Sequence = sequence };
        var more = known with
        {
            Sequence = sequence,
            Batch = accepted.Last,
            Rows = known.Rows + accepted.Batches.Sum(batch => (long)batch.Rows.Rows),
        };
        return WithEnd(more, accepted.Last, accepted.Batches[^1], NameIn(state, accepted.Batches[^1].Source));
    }

    /// <summary>A checksum over a batch: its place in the log and in its source, its cells and classes.</summary>
    public static uint ChecksumOf(long number, AcceptedBatch batch)
    {
        Span<byte> place = stackalloc byte[3 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, number);
        BinaryPrimitives.WriteInt64LittleEndian(place[8..], batch.Learned);
        BinaryPrimitives.WriteInt64LittleEndian(place[16..], batch.Rows.NextOffset);
        var checksum = Crc32C.Append(Crc32C.Of(place), MemoryMarshal.AsBytes(batch.Rows.Values.AsSpan()));
        return Crc32C.Append(checksum, MemoryMarshal.AsBytes(batch.Rows.Targets.AsSpan()));
    }

    /// <summary>The name of a source as it is noted.</summary>
    public static string NameIn(GateState state, int source)
    {
        var name = state.Sources.TryGetValue(source, out var position) ? position.Id.Name : "";
        return name.Length <= NameLength ? name : name[^NameLength..];
    }

    private static Acknowledged WithEnd(Acknowledged known, long number, AcceptedBatch batch, string name) =>
        known with
        {
            Checksum = ChecksumOf(number, batch),
            Source = batch.Source,
            Name = name,
            Offset = batch.Rows.NextOffset,
        };
}
