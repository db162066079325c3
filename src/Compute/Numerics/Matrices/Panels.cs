using System.Runtime.InteropServices;

namespace MoE.Compute.Numerics.Matrices;

/// <summary>
/// A matrix of R rows and C columns, C a multiple of 32, as C / 32 panels of (R, 32), one behind the other: what a
/// product reads at once lies together, however wide the matrix is, and columns are added behind the others.
/// </summary>
internal static class Panels
{
    /// <summary>Columns of a panel.</summary>
    public const int Width = 32;

    /// <summary><paramref name="count"/> rounded up to whole panels.</summary>
    public static int Padded(int count) => (count + Width - 1) / Width * Width;

    /// <summary>Where the number at (row, column) lies, of a matrix of so many rows.</summary>
    public static int Place(int rows, int row, int column) =>
        (((column / Width * rows) + row) * Width) + (column % Width);

    /// <summary>Writes the transpose of the first columns of panels of so many rows as panels.</summary>
    public static void Transpose(float[] from, int rows, int columns, float[] to) =>
        Transpose(from, rows, columns, to, Width, columns * Width);

    /// <summary>
    /// Writes column c of panels as a row: number r goes to c · rowStride + (r / 32) · panelStride + r mod 32.
    /// </summary>
    public static void Transpose(
        float[] from, int rows, int columns, float[] to, int rowStride, int panelStride)
    {
        for (var first = 0; first < rows; first += Width)
            for (var c = 0; c < columns; c++)
            {
                var source = from.AsSpan(Place(rows, first, c));
                var target = to.AsSpan(
                    (c * rowStride) + (first / Width * panelStride), Math.Min(Width, rows - first));
                for (var r = 0; r < target.Length; r++)
                    target[r] = source[r * Width];
            }
    }

    /// <summary>Copies a row of a matrix into panels of so many rows.</summary>
    public static void Scatter(ReadOnlySpan<float> row, float[] panels, int rows, int at)
    {
        for (var column = 0; column < row.Length; column += Width)
            row.Slice(column, Width).CopyTo(panels.AsSpan(Place(rows, at, column)));
    }

    /// <summary>Copies a row out of panels of so many rows.</summary>
    public static void Gather(float[] panels, int rows, int at, Span<float> row)
    {
        for (var column = 0; column < row.Length; column += Width)
            panels.AsSpan(Place(rows, at, column), Width).CopyTo(row[column..]);
    }

    /// <summary>sums (32) = Σ of the rows of one panel, in their order.</summary>
    public static void SumRows<L>(ref float panel, int rows, ref float sums) where L : struct, ILanes<L>
    {
        var (low, high) = (L.Broadcast(0f), L.Broadcast(0f));
        for (nuint at = 0; at < (nuint)(rows * Width); at += Width)
        {
            low += L.Load(ref panel, at);
            high += L.Load(ref panel, at + ClassVectors.Block);
        }
        low.Store(ref sums, 0);
        high.Store(ref sums, ClassVectors.Block);
    }

    /// <summary>Σ of the squares of so many numbers, a multiple of 16.</summary>
    public static float SquaredNorm<L>(float[] numbers, int length) where L : struct, ILanes<L>
    {
        ref var x = ref MemoryMarshal.GetArrayDataReference(numbers);
        var sum = L.Broadcast(0f);
        for (nuint at = 0; at < (nuint)length; at += ClassVectors.Block)
        {
            var value = L.Load(ref x, at);
            sum = L.MultiplyAdd(value, value, sum);
        }
        return sum.Sum();
    }

    /// <summary>d = d where gate is above 0, else 0; so many numbers, a multiple of 16.</summary>
    public static void Gate<L>(ref float gate, ref float d, int length) where L : struct, ILanes<L>
    {
        for (nuint at = 0; at < (nuint)length; at += ClassVectors.Block)
            L.MaskPositive(L.Load(ref gate, at), L.Load(ref d, at)).Store(ref d, at);
    }

    /// <summary>x = max(0, x); so many numbers, a multiple of 16.</summary>
    public static void Rectify<L>(ref float x, int length) where L : struct, ILanes<L>
    {
        for (nuint at = 0; at < (nuint)length; at += ClassVectors.Block)
            L.Max(L.Load(ref x, at), L.Broadcast(0f)).Store(ref x, at);
    }
}
