using MoE.Compute.Files;

namespace MoE.Compute.Kernels.Slots;

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
