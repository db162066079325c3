using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MoE.Compute.Numerics.Matrices;

/// <summary>
/// A matrix of R rows and C columns, C a multiple of 32, as C / 32 panels of (R, 32), one after the other: what a
/// product reads at once lies together, however wide the matrix is, and columns are added after the others.
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

/// <summary>Short rows of a matrix, one after the other, with a vector: products and steps.</summary>
internal static class MatrixRows
{
    /// <summary>Rows whose products are summed side by side.</summary>
    private const int Group = 4;

    /// <summary>
    /// products (R) = M x: M (R, <paramref name="stride"/>), of which <paramref name="length"/> entries count, rounded
    /// up to whole blocks. Each is summed as if alone: blocks in order, then <see cref="ILanes{T}.Sum"/>.
    /// </summary>
    public static void Times<L>(ref float matrix, int rows, int stride, ref float x, int length, ref float products)
        where L : struct, ILanes<L>
    {
        var grouped = rows / Group * Group;
        for (nint row = 0; row < grouped; row += Group)
        {
            ref var m0 = ref Unsafe.Add(ref matrix, row * stride);
            ref var m1 = ref Unsafe.Add(ref m0, stride);
            ref var m2 = ref Unsafe.Add(ref m1, stride);
            ref var m3 = ref Unsafe.Add(ref m2, stride);
            var (s0, s1, s2, s3) = (L.Broadcast(0f), L.Broadcast(0f), L.Broadcast(0f), L.Broadcast(0f));
            for (nuint i = 0; i < (nuint)length; i += ClassVectors.Block)
            {
                var v = L.Load(ref x, i);
                s0 = L.MultiplyAdd(L.Load(ref m0, i), v, s0);
                s1 = L.MultiplyAdd(L.Load(ref m1, i), v, s1);
                s2 = L.MultiplyAdd(L.Load(ref m2, i), v, s2);
                s3 = L.MultiplyAdd(L.Load(ref m3, i), v, s3);
            }
            Lanes4.Sums(s0.Fold(), s1.Fold(), s2.Fold(), s3.Fold()).Store(ref products, (nuint)row);
        }
        for (nint row = grouped; row < rows; row++)
            Unsafe.Add(ref products, row) = Times<L>(ref Unsafe.Add(ref matrix, row * stride), ref x, length);
    }

    /// <summary>Σ_i row[i] x[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Times<L>(ref float row, ref float x, int length) where L : struct, ILanes<L>
    {
        var sum = L.Broadcast(0f);
        for (nuint i = 0; i < (nuint)length; i += ClassVectors.Block)
            sum = L.MultiplyAdd(L.Load(ref row, i), L.Load(ref x, i), sum);
        return sum.Sum();
    }

    /// <summary>M += steps xᵀ: M (R, <paramref name="stride"/>), steps (R), x (stride), whole blocks.</summary>
    public static void Add<L>(ref float matrix, int rows, int stride, ref float x, ref float steps)
        where L : struct, ILanes<L>
    {
        for (nint row = 0; row < rows; row++)
            Add<L>(ref Unsafe.Add(ref matrix, row * stride), Unsafe.Add(ref steps, row), ref x, stride);
    }

    /// <summary>row += step · x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<L>(ref float row, float step, ref float x, int length) where L : struct, ILanes<L>
    {
        var s = L.Broadcast(step);
        for (nuint i = 0; i < (nuint)length; i += ClassVectors.Block)
            L.MultiplyAdd(s, L.Load(ref x, i), L.Load(ref row, i)).Store(ref row, i);
    }
}
