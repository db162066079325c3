using MoE.Compute.Files;

namespace MoE.Compute.Kernels.Slots;

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
