using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MoE.Compute.Files;

/// <summary>Reads what <see cref="StateWriter"/> wrote, in the same order.</summary>
public sealed class StateReader(ReadOnlyMemory<byte> image)
{
    private int _at;

    /// <summary>Whether everything was read.</summary>
    public bool AtEnd => _at == image.Length;

    /// <summary>What was not read yet.</summary>
    public ReadOnlyMemory<byte> Rest() => image[_at..];

    /// <summary>Reads a whole number.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>Reads a count and checks that it lies in [0, <paramref name="limit"/>].</summary>
    public int ReadCount(int limit = int.MaxValue)
    {
        var count = ReadInt64();
        return count >= 0 && count <= limit ? (int)count
            : throw new InvalidDataException(
                $"State image at byte {_at - 8} holds the count {count}; 0 to {limit} was expected.");
    }

    /// <summary>Reads a double.</summary>
    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    /// <summary>Reads a text.</summary>
    public string ReadString() => System.Text.Encoding.UTF8.GetString(Take(ReadCount(image.Length)));

    /// <summary>Reads as many numbers as were written.</summary>
    public T[] ReadArray<T>() where T : unmanaged
    {
        var count = ReadCount(image.Length);
        return MemoryMarshal.Cast<byte, T>(Take(checked(count * Unsafe.SizeOf<T>()))).ToArray();
    }

    /// <summary>Reads numbers into an array of the size that was written.</summary>
    public void Read<T>(Span<T> values) where T : unmanaged
    {
        var count = ReadCount();
        if (count != values.Length)
            throw new InvalidDataException(
                $"State image at byte {_at - 8} holds {count} numbers; {values.Length} were expected.");
        Take(values.Length * Unsafe.SizeOf<T>()).CopyTo(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads what <see cref="StateWriter.WriteSparse"/> wrote.</summary>
    public float[] ReadSparse()
    {
        var values = new float[ReadCount()];
        for (var at = 0; at < values.Length;)
        {
            at += ReadCount(values.Length - at);
            var run = ReadCount(values.Length - at);
            Take(run * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(values.AsSpan(at, run)));
            at += run;
        }
        return values;
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > image.Length - _at)
            throw new InvalidDataException(
                $"State image ends at byte {image.Length}; {bytes} more were expected at byte {_at}.");
        _at += bytes;
        return image.Span.Slice(_at - bytes, bytes);
    }
}
