namespace MoE.Compute.Kernels.Slots;

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
    /// A list of as many numbers as there are; behind them the slot is filled with <paramref name="nothing"/>, of which
    /// the last ones of a list are left out.
    /// </summary>
    void List(Span<int> slot, int nothing);
}
