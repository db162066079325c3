using System.Runtime.CompilerServices;

namespace MoE.Compute.Numerics.Matrices;

/// <summary>Short rows of a matrix, one behind the other, with a vector: products and steps.</summary>
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
