using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MoE.Actors.Gate;
using MoE.Compute.Files;

namespace MoE.Actors.Storage.Marks;

/// <summary>How far a log was acknowledged: all of it up to here must be there whenever it is read again.</summary>
/// <param name="Sequence">Sequence number of the last event.</param>
/// <param name="Batch">Number of the last batch; 0 before the first.</param>
/// <param name="Rows">Rows learned with it, of all sources.</param>
/// <param name="Checksum">A checksum over that batch; 0 where it is not known.</param>
/// <param name="Source">Index of its source in the log; -1 before the first.</param>
/// <param name="Name">Name of that source, the end of it where it is long.</param>
/// <param name="Offset">Rows of that source that were read with the batch.</param>
internal sealed record Acknowledged(
    long Sequence, long Batch, long Rows, uint Checksum, int Source, string Name, long Offset)
{
    private const int NameLength = 120;

    /// <summary>All of a log as it was read; <paramref name="newest"/> is its last batch where that is kept.</summary>
    public static Acknowledged Of(GateState state, AcceptedBatch? newest, long sequence)
    {
        var known = new Acknowledged(
            sequence, state.Accepted, state.Sources.Values.Sum(source => source.Rows), 0, -1, "", 0);
        return newest is null ? known : known.WithEnd(state.Accepted, newest, NameIn(state, newest.Source));
    }

    /// <summary>With one more event.</summary>
    /// <param name="e">The event.</param>
    /// <param name="state">Knows the sources.</param>
    /// <param name="sequence">The event's sequence number.</param>
    public Acknowledged With(IGateEvent e, GateState state, long sequence) => e is not BatchesAccepted accepted
        ? this with { Sequence = sequence }
        : (this with
        {
            Sequence = sequence,
            Batch = accepted.Last,
            Rows = Rows + accepted.Batches.Sum(batch => (long)batch.Rows.Rows),
        }).WithEnd(accepted.Last, accepted.Batches[^1], NameIn(state, accepted.Batches[^1].Source));

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

    private Acknowledged WithEnd(long number, AcceptedBatch batch, string name) => this with
    {
        Checksum = ChecksumOf(number, batch),
        Source = batch.Source,
        Name = name,
        Offset = batch.Rows.NextOffset,
    };
}
