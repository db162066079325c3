using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MoE.Compute.Files;

/// <summary>
/// Writes numbers as a flat little-endian image, the same on every machine. Arrays carry their length; tables that
/// are mostly zero are written as runs.
/// </summary>
public sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 16);

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>What was written, of a writer that writes no more.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Copies what was written so far.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>The hash of what was written so far.</summary>
    public string Fingerprint() => Fingerprints.Of(_bytes.WrittenSpan);

    /// <summary>Writes a whole number.</summary>
    public void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    /// <summary>Writes a double by its bits.</summary>
    public void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes a text as UTF-8 with its length.</summary>
    public void Write(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Write<byte>(System.Text.Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Writes numbers one after the other, behind their count.</summary>
    public void Write<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        Write((long)values.Length);
        Raw(values);
    }

    /// <summary>Writes numbers of which long stretches are zero: runs of (zeros, length, numbers).</summary>
    public void WriteSparse(ReadOnlySpan<float> values)
    {
        Write((long)values.Length);
        // as bits, so that -0 is not taken for 0 and comes back as it was
        var bits = MemoryMarshal.Cast<float, int>(values);
        for (var at = 0; at < values.Length;)
        {
            var zeros = bits[at..].IndexOfAnyExcept(0);
            if (zeros < 0)
                zeros = values.Length - at;
            var run = RunLength(bits[(at + zeros)..]);
            Write((long)zeros);
            Write((long)run);
            Raw(values.Slice(at + zeros, run));
            at += zeros + run;
        }
    }

    private const int Gap = 16;

    private static int RunLength(ReadOnlySpan<int> values)
    {
        var length = 0;
        while (length < values.Length)
        {
            var zero = values[length..].IndexOf(0);
            if (zero < 0)
                return values.Length;
            length += zero;
            var zeros = values[length..].IndexOfAnyExcept(0);
            if (zeros < 0 || zeros >= Gap)
                return length;
            length += zeros;
        }
        return length;
    }

    private void Raw<T>(ReadOnlySpan<T> values) where T : unmanaged => _bytes.Write(MemoryMarshal.AsBytes(values));
}
