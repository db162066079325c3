using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MoE.Compute.Files;

/// <summary>
/// Writes numbers as a flat little-endian image, the same on every machine. Arrays carry their length; tables that
/// are mostly zero are written as runs.
/// </summary>
/// <param name="room">Bytes to begin with; more are taken as they are needed.</param>
public sealed class StateWriter(int room = 1 << 16)
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(room);
    private int _length;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>What was written, of a writer that writes no more.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Copies what was written so far.</summary>
    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>The hash of what was written so far.</summary>
    public string Fingerprint() => Fingerprints.Of(Bytes);

    /// <summary>Writes a whole number.</summary>
    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), value);

    /// <summary>Writes a double by its bits.</summary>
    public void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes a text as UTF-8 with its length.</summary>
    public void Write(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Write<byte>(System.Text.Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Writes a count, and that many numbers after it.</summary>
    public void Write<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        Write((long)values.Length);
        var bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(Next(bytes.Length));
    }

    /// <summary>
    /// Writes numbers with long stretches of zeros: runs of (zeros, length, numbers). Fewer than 16 zeros do not
    /// end a run, but for the last of the table.
    /// </summary>
    public void WriteSparse(ReadOnlySpan<float> values)
    {
        Write((long)values.Length);
        var runs = new SparseRuns(values);
        var written = 0;
        while (runs.Next())
        {
            var bytes = MemoryMarshal.AsBytes(values[runs.Start..runs.End]);
            var next = Next((2 * sizeof(long)) + bytes.Length);
            BinaryPrimitives.WriteInt64LittleEndian(next, runs.Start - written);
            BinaryPrimitives.WriteInt64LittleEndian(next[sizeof(long)..], runs.End - runs.Start);
            bytes.CopyTo(next[(2 * sizeof(long))..]);
            written = runs.End;
        }
        if (written == values.Length)
            return;
        Write((long)(values.Length - written));
        Write(0L);
    }

    private Span<byte> Next(int count)
    {
        if (count > _bytes.Length - _length)
            Grow(count);
        var next = _bytes.AsSpan(_length, count);
        _length += count;
        return next;
    }

    private void Grow(int count)
    {
        var room = (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)_length + count));
        var grown = GC.AllocateUninitializedArray<byte>(room);
        Bytes.CopyTo(grown);
        _bytes = grown;
    }
}
