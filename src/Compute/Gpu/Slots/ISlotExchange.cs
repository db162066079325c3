using MoE.Compute.Files;

namespace MoE.Compute.Gpu.Slots;

/// <summary>
/// Moves an expert's numbers between its image and its slot, so that each kind describes its layout once for both
/// directions. Into the slot, everything is 0 before.
/// </summary>
internal interface ISlotExchange
{
    /// <summary>A whole number: the image's on the way into the slot, else the one given, which is written.</summary>
    long Number(long value);

    /// <summary>A double, as <see cref="Number"/>.</summary>
    double Real(double value);

    /// <summary>
    /// Rows of numbers, of <paramref name="stride"/> each in the image and <paramref name="slotStride"/> in the slot.
    /// </summary>
    void Table<T>(Span<T> slot, int rows, int stride, int slotStride) where T : unmanaged;

    /// <summary>As <see cref="Table"/>, of floats that are mostly zero.</summary>
    void Sparse(Span<float> slot, int rows, int stride, int slotStride);

    /// <summary>
    /// A list of as many numbers as there are; after them the slot is filled with <paramref name="nothing"/>, of which
    /// the last ones of a list are left out.
    /// </summary>
    void List(Span<int> slot, int nothing);
}

/// <summary>From an image into a slot.</summary>
internal sealed class IntoSlot(StateReader image) : ISlotExchange
{
    /// <inheritdoc/>
    public long Number(long value) => image.ReadInt64();

    /// <inheritdoc/>
    public double Real(double value) => image.ReadDouble();

    /// <inheritdoc/>
    public void Table<T>(Span<T> slot, int rows, int stride, int slotStride) where T : unmanaged =>
        Spread(image.ReadArray<T>(), slot, rows, stride, slotStride);

    /// <inheritdoc/>
    public void Sparse(Span<float> slot, int rows, int stride, int slotStride) =>
        Spread<float>(image.ReadSparse((long)rows * stride), slot, rows, stride, slotStride);

    /// <inheritdoc/>
    public void List(Span<int> slot, int nothing)
    {
        var values = image.ReadArray<int>();
        values.CopyTo(slot);
        slot[values.Length..].Fill(nothing);
    }

    private static void Spread<T>(ReadOnlySpan<T> from, Span<T> slot, int rows, int stride, int slotStride)
    {
        for (var row = 0; row < rows; row++)
            from.Slice(row * stride, stride).CopyTo(slot[(row * slotStride)..]);
    }
}

/// <summary>From a slot into an image, which is the one that the kind's own expert would write.</summary>
internal sealed class OutOfSlot(StateWriter image) : ISlotExchange
{
    /// <inheritdoc/>
    public long Number(long value)
    {
        image.Write(value);
        return value;
    }

    /// <inheritdoc/>
    public double Real(double value)
    {
        image.Write(value);
        return value;
    }

    /// <inheritdoc/>
    public void Table<T>(Span<T> slot, int rows, int stride, int slotStride) where T : unmanaged =>
        image.Write<T>(Gather(slot, rows, stride, slotStride));

    /// <inheritdoc/>
    public void Sparse(Span<float> slot, int rows, int stride, int slotStride) =>
        image.WriteSparse(Gather(slot, rows, stride, slotStride));

    /// <inheritdoc/>
    public void List(Span<int> slot, int nothing) =>
        image.Write<int>(slot[..(slot.LastIndexOfAnyExcept(nothing) + 1)]);

    private static ReadOnlySpan<T> Gather<T>(Span<T> slot, int rows, int stride, int slotStride)
    {
        if (stride == slotStride)
            return slot[..(rows * stride)];
        var dense = new T[rows * stride];
        for (var row = 0; row < rows; row++)
            slot.Slice(row * slotStride, stride).CopyTo(dense.AsSpan(row * stride));
        return dense;
    }
}
