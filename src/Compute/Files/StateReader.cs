using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Files;

/// <summary>
/// Reads what <see cref="StateWriter"/> wrote, in the same order. Believes nothing: whatever the bytes, it answers
/// with values in the ranges asked for or an <see cref="InvalidDataException"/>, and takes no more memory for an array
/// than the image has bytes for it, or for a sparse table a small multiple of them before its runs are found.
/// </summary>
public sealed class StateReader(ReadOnlyMemory<byte> image)
{
    /// <summary>Numbers per byte of the image for which a table is made without a look at its runs.</summary>
    private const int Trusted = 8;

    private int _at;

    /// <summary>Whether everything was read.</summary>
    public bool AtEnd => _at == image.Length;

    private int Left => image.Length - _at;

    /// <summary>What was not read yet.</summary>
    public ReadOnlyMemory<byte> Rest() => image[_at..];

    /// <summary>Reads a whole number.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(1, 8));

    /// <summary>Reads a whole number and checks that it lies in the range.</summary>
    public long ReadInt64(long least, long most) => Checked("number", least, most);

    /// <summary>Reads a count and checks that it lies in [0, <paramref name="limit"/>].</summary>
    public int ReadCount(int limit) => (int)Checked("count", 0, limit);

    /// <summary>
    /// Reads how many items follow and checks that the image can hold as many of <paramref name="leastBytes"/> each.
    /// </summary>
    public int ReadItemCount(int leastBytes) => ReadCount(Math.Max(0, Left - 8) / leastBytes);

    /// <summary>Reads a double.</summary>
    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    /// <summary>Reads a double and checks that it lies in the range, which no NaN does.</summary>
    public double ReadDouble(double least, double most)
    {
        var value = ReadDouble();
        return value >= least && value <= most ? value
            : throw Damaged(FormattableString.Invariant($"{value} was found; {least} to {most} was expected"));
    }

    /// <summary>Reads a text.</summary>
    public string ReadString() => System.Text.Encoding.UTF8.GetString(Take(ReadItemCount(1), 1));

    /// <summary>Reads as many numbers as were written.</summary>
    public T[] ReadArray<T>() where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(Take(ReadItemCount(Unsafe.SizeOf<T>()), Unsafe.SizeOf<T>())).ToArray();

    /// <summary>Reads numbers and checks that there are <paramref name="length"/> of them.</summary>
    public T[] ReadArray<T>(long length) where T : unmanaged => ReadSpan<T>(length).ToArray();

    /// <summary>Reads floats and checks that there are <paramref name="length"/> of them.</summary>
    internal AlignedFloats ReadAligned(long length) => new(ReadSpan<float>(length));

    /// <summary>Reads numbers into an array of the size that was written.</summary>
    public void Read<T>(Span<T> values) where T : unmanaged
    {
        Expect(values.Length);
        Take(values.Length, Unsafe.SizeOf<T>()).CopyTo(MemoryMarshal.AsBytes(values));
    }

    /// <summary>
    /// Reads what <see cref="StateWriter.WriteSparse"/> wrote of a table of <paramref name="length"/> numbers.
    /// </summary>
    public float[] ReadSparse(long length)
    {
        ExpectSparse(length);
        var values = GC.AllocateUninitializedArray<float>((int)length);
        ReadRuns(values);
        return values;
    }

    /// <summary>As <see cref="ReadSparse(long)"/>, into memory that is aligned.</summary>
    internal AlignedFloats ReadAlignedSparse(long length)
    {
        ExpectSparse(length);
        var values = new AlignedFloats((int)length);
        ReadRuns(values.Span);
        return values;
    }

    /// <summary>Reads what <see cref="StateWriter.WriteSparse"/> wrote of a table of this size.</summary>
    public void ReadSparse(Span<float> values)
    {
        Expect(values.Length);
        ReadRuns(values);
    }

    /// <summary>Reads the length of rows, which is known.</summary>
    /// <exception cref="InvalidDataException">Another length was found.</exception>
    public void ReadStride(int stride)
    {
        if (ReadInt64() is var found && found != stride)
            throw Damaged($"rows of {found} floats were found; {stride} were expected");
    }

    /// <summary>Checks that everything was read.</summary>
    public void End()
    {
        if (!AtEnd)
            throw Damaged($"{Left} more bytes were found; the end was expected");
    }

    /// <summary>The error that what was just read cannot be so.</summary>
    /// <param name="finding">What was found and what was expected, without a full stop.</param>
    public InvalidDataException Damaged(string finding) =>
        new(PlainText.OneLine($"State image before byte {_at}: {finding}."));

    private ReadOnlySpan<T> ReadSpan<T>(long length) where T : unmanaged
    {
        Expect(length);
        return MemoryMarshal.Cast<byte, T>(Take(length, Unsafe.SizeOf<T>()));
    }

    private void ExpectSparse(long length)
    {
        Expect(length);
        if (length > Array.MaxLength)
            throw Damaged($"a table of {length} numbers was found; {Array.MaxLength} is the maximum");
        // the runs are checked before a table is made that is far larger than the image
        var first = _at;
        for (long at = length / Trusted > Left ? 0 : length; at < length;)
            at = NextRun(at, length, out _);
        _at = first;
    }

    private void ReadRuns(Span<float> values)
    {
        var source = image.Span;
        for (var at = 0; at < values.Length;)
        {
            var end = (int)NextRun(source, at, values.Length, out var run);
            var start = end - (run.Length / sizeof(float));
            values[at..start].Clear();
            run.CopyTo(MemoryMarshal.AsBytes(values[start..end]));
            at = end;
        }
    }

    /// <summary>As the other, of short runs in large numbers; what is wrong with one the other says.</summary>
    private long NextRun(ReadOnlySpan<byte> source, int at, int length, out ReadOnlySpan<byte> run)
    {
        const int Head = 2 * sizeof(long);
        if (source.Length - _at >= Head)
        {
            var zeros = BinaryPrimitives.ReadInt64LittleEndian(source[_at..]);
            var count = BinaryPrimitives.ReadInt64LittleEndian(source[(_at + sizeof(long))..]);
            if ((ulong)zeros <= (ulong)(length - at) && (ulong)count <= (ulong)(length - at - zeros)
                && count <= (source.Length - _at - Head) / sizeof(float))
            {
                run = source.Slice(_at + Head, (int)count * sizeof(float));
                _at += Head + run.Length;
                return at + zeros + count;
            }
        }
        return NextRun(at, length, out run);
    }

    private long NextRun(long at, long length, out ReadOnlySpan<byte> run)
    {
        at += ReadCount((int)(length - at));
        var count = ReadCount((int)(length - at));
        run = Take(count, sizeof(float));
        return at + count;
    }

    private void Expect(long length)
    {
        var count = ReadInt64();
        if (count != length || count < 0)
            throw new InvalidDataException(
                $"State image at byte {_at - 8} holds {count} numbers; {length} were expected.");
    }

    private long Checked(string what, long least, long most)
    {
        var value = ReadInt64();
        return value >= least && value <= most ? value
            : throw new InvalidDataException(
                $"State image at byte {_at - 8} holds the {what} {value}; {least} to {most} was expected.");
    }

    private ReadOnlySpan<byte> Take(long count, int size)
    {
        if (count > Left / size)
            throw new InvalidDataException(
                $"State image ends at byte {image.Length}; {count} times {size} more were expected at byte {_at}.");
        var bytes = (int)count * size;
        _at += bytes;
        return image.Span.Slice(_at - bytes, bytes);
    }
}
