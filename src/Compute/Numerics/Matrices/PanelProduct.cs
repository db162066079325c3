using System.Runtime.CompilerServices;

namespace MoE.Compute.Numerics.Matrices;

/// <summary>
/// Products of matrices in panels: C (R, 32) = start (32), in every row, + A (R, K) · B (K, 32). Every number of C is
/// summed over k in ascending order from its start on, so that its bits depend neither on the tile that it falls into
/// nor on the width of the vectors. Tiles of 8 x 32 in the named registers of the widest vectors, 4 x 2 vectors in
/// those of others.
/// </summary>
internal static class PanelProduct
{
    private const int Tall = 8;
    private const int Half = 4;

    /// <summary>Computes one panel of a product.</summary>
    /// <param name="a">The left side, read in order <typeparamref name="O"/>.</param>
    /// <param name="jump">From 32 summands of the left side to the next 32.</param>
    /// <param name="b">A panel of the right side.</param>
    /// <param name="depth">Summands, K.</param>
    /// <param name="start">What every row starts with.</param>
    /// <param name="c">A panel of the result.</param>
    /// <param name="rows">Rows of the result, R.</param>
    public static void Panel<L, O>(
        ref float a, int jump, ref float b, int depth, ref float start, ref float c, int rows)
        where L : struct, ILanes<L> where O : struct, IOrder
    {
        // all of these work lane by lane, so that narrower lanes give the same bits out of fewer registers
        if (typeof(L) == typeof(Lanes16))
            Wide<O>(ref a, jump, ref b, depth, ref start, ref c, rows);
        else if (typeof(L) == typeof(Pair<Lanes8>))
            Narrow<Lanes8, O>(ref a, jump, ref b, depth, ref start, ref c, rows);
        else
            Narrow<Lanes4, O>(ref a, jump, ref b, depth, ref start, ref c, rows);
    }

    private static void Wide<O>(
        ref float a, int jump, ref float b, int depth, ref float start, ref float c, int rows) where O : struct, IOrder
    {
        var row = 0;
        for (; row + Tall <= rows; row += Tall)
            Tile8<Lanes16, O>(ref Row<O>(ref a, row), jump, ref b, depth, ref start, ref Of(ref c, row));
        for (; row + Half <= rows; row += Half)
            Tile4<Lanes16, O>(ref Row<O>(ref a, row), jump, ref b, depth, ref start, ref Of(ref c, row));
        for (; row < rows; row++)
            Tile1<Lanes16, O>(ref Row<O>(ref a, row), jump, ref b, depth, ref start, ref Of(ref c, row));
    }

    private static void Narrow<R, O>(
        ref float a, int jump, ref float b, int depth, ref float start, ref float c, int rows)
        where R : struct, ILanes<R> where O : struct, IOrder
    {
        for (var column = 0; column < Panels.Width; column += 2 * R.Count)
        {
            ref var right = ref Unsafe.Add(ref b, column);
            ref var first = ref Unsafe.Add(ref start, column);
            ref var result = ref Unsafe.Add(ref c, column);
            var row = 0;
            for (; row + Half <= rows; row += Half)
                Tile4<R, O>(ref Row<O>(ref a, row), jump, ref right, depth, ref first, ref Of(ref result, row));
            for (; row < rows; row++)
                Tile1<R, O>(ref Row<O>(ref a, row), jump, ref right, depth, ref first, ref Of(ref result, row));
        }
    }

    private static ref float Row<O>(ref float a, int row) where O : struct, IOrder =>
        ref Unsafe.Add(ref a, row * O.Row);

    private static ref float Of(ref float c, int row) => ref Unsafe.Add(ref c, row * Panels.Width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8<R, O>(ref float a, int jump, ref float b, int depth, ref float start, ref float c)
        where R : struct, ILanes<R> where O : struct, IOrder
    {
        var (l0, h0) = (R.Load(ref start, 0), R.Load(ref start, (nuint)R.Count));
        var (l1, h1, l2, h2, l3, h3, l4, h4) = (l0, h0, l0, h0, l0, h0, l0, h0);
        var (l5, h5, l6, h6, l7, h7) = (l0, h0, l0, h0, l0, h0);
        for (; depth > 0; depth -= Panels.Width)
        {
            ref var v = ref a;
            for (var k = Math.Min(depth, Panels.Width); k > 0; k--)
            {
                var (low, high) = (R.Load(ref b, 0), R.Load(ref b, (nuint)R.Count));
                var f = R.Broadcast(v);
                (l0, h0) = (R.MultiplyAdd(f, low, l0), R.MultiplyAdd(f, high, h0));
                f = R.Broadcast(Unsafe.Add(ref v, O.Row));
                (l1, h1) = (R.MultiplyAdd(f, low, l1), R.MultiplyAdd(f, high, h1));
                f = R.Broadcast(Unsafe.Add(ref v, 2 * O.Row));
                (l2, h2) = (R.MultiplyAdd(f, low, l2), R.MultiplyAdd(f, high, h2));
                f = R.Broadcast(Unsafe.Add(ref v, 3 * O.Row));
                (l3, h3) = (R.MultiplyAdd(f, low, l3), R.MultiplyAdd(f, high, h3));
                f = R.Broadcast(Unsafe.Add(ref v, 4 * O.Row));
                (l4, h4) = (R.MultiplyAdd(f, low, l4), R.MultiplyAdd(f, high, h4));
                f = R.Broadcast(Unsafe.Add(ref v, 5 * O.Row));
                (l5, h5) = (R.MultiplyAdd(f, low, l5), R.MultiplyAdd(f, high, h5));
                f = R.Broadcast(Unsafe.Add(ref v, 6 * O.Row));
                (l6, h6) = (R.MultiplyAdd(f, low, l6), R.MultiplyAdd(f, high, h6));
                f = R.Broadcast(Unsafe.Add(ref v, 7 * O.Row));
                (l7, h7) = (R.MultiplyAdd(f, low, l7), R.MultiplyAdd(f, high, h7));
                v = ref Unsafe.Add(ref v, O.Step);
                b = ref Unsafe.Add(ref b, Panels.Width);
            }
            a = ref Unsafe.Add(ref a, jump);
        }
        Store(ref c, 0, l0, h0);
        Store(ref c, 1, l1, h1);
        Store(ref c, 2, l2, h2);
        Store(ref c, 3, l3, h3);
        Store(ref c, 4, l4, h4);
        Store(ref c, 5, l5, h5);
        Store(ref c, 6, l6, h6);
        Store(ref c, 7, l7, h7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4<R, O>(ref float a, int jump, ref float b, int depth, ref float start, ref float c)
        where R : struct, ILanes<R> where O : struct, IOrder
    {
        var (l0, h0) = (R.Load(ref start, 0), R.Load(ref start, (nuint)R.Count));
        var (l1, h1, l2, h2, l3, h3) = (l0, h0, l0, h0, l0, h0);
        for (; depth > 0; depth -= Panels.Width)
        {
            ref var v = ref a;
            for (var k = Math.Min(depth, Panels.Width); k > 0; k--)
            {
                var (low, high) = (R.Load(ref b, 0), R.Load(ref b, (nuint)R.Count));
                var f = R.Broadcast(v);
                (l0, h0) = (R.MultiplyAdd(f, low, l0), R.MultiplyAdd(f, high, h0));
                f = R.Broadcast(Unsafe.Add(ref v, O.Row));
                (l1, h1) = (R.MultiplyAdd(f, low, l1), R.MultiplyAdd(f, high, h1));
                f = R.Broadcast(Unsafe.Add(ref v, 2 * O.Row));
                (l2, h2) = (R.MultiplyAdd(f, low, l2), R.MultiplyAdd(f, high, h2));
                f = R.Broadcast(Unsafe.Add(ref v, 3 * O.Row));
                (l3, h3) = (R.MultiplyAdd(f, low, l3), R.MultiplyAdd(f, high, h3));
                v = ref Unsafe.Add(ref v, O.Step);
                b = ref Unsafe.Add(ref b, Panels.Width);
            }
            a = ref Unsafe.Add(ref a, jump);
        }
        Store(ref c, 0, l0, h0);
        Store(ref c, 1, l1, h1);
        Store(ref c, 2, l2, h2);
        Store(ref c, 3, l3, h3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1<R, O>(ref float a, int jump, ref float b, int depth, ref float start, ref float c)
        where R : struct, ILanes<R> where O : struct, IOrder
    {
        var (l0, h0) = (R.Load(ref start, 0), R.Load(ref start, (nuint)R.Count));
        for (; depth > 0; depth -= Panels.Width)
        {
            ref var v = ref a;
            for (var k = Math.Min(depth, Panels.Width); k > 0; k--)
            {
                var f = R.Broadcast(v);
                l0 = R.MultiplyAdd(f, R.Load(ref b, 0), l0);
                h0 = R.MultiplyAdd(f, R.Load(ref b, (nuint)R.Count), h0);
                v = ref Unsafe.Add(ref v, O.Step);
                b = ref Unsafe.Add(ref b, Panels.Width);
            }
            a = ref Unsafe.Add(ref a, jump);
        }
        Store(ref c, 0, l0, h0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<R>(ref float c, int row, R low, R high) where R : struct, ILanes<R>
    {
        low.Store(ref c, (nuint)(row * Panels.Width));
        high.Store(ref c, (nuint)((row * Panels.Width) + R.Count));
    }
}

/// <summary>How the left side of a product is read, in floats within a panel.</summary>
internal interface IOrder
{
    /// <summary>From one row of the result to the next.</summary>
    static abstract int Row { get; }

    /// <summary>From one summand to the next.</summary>
    static abstract int Step { get; }
}

/// <summary>As it is: a row of panels times the right side.</summary>
internal readonly struct ByRows : IOrder
{
    public static int Row => Panels.Width;

    public static int Step => 1;
}

/// <summary>Transposed: a column of panels times the right side.</summary>
internal readonly struct ByColumns : IOrder
{
    public static int Row => 1;

    public static int Step => Panels.Width;
}
