namespace MoE.Compute.Numerics;

/// <summary>Changes of layout of weights that lie in rows of equal length.</summary>
internal static class RowLayout
{
    /// <summary>Gives every row <paramref name="to"/> floats in place of <paramref name="from"/>, new ones 0.</summary>
    public static float[] Widen(float[] values, int from, int to)
    {
        if (from == to || values.Length == 0)
            return values;
        var wide = new float[checked(values.Length / from * to)];
        Widen(values, wide, from, to);
        return wide;
    }

    /// <summary>The same in memory that is aligned.</summary>
    public static AlignedFloats Widen(AlignedFloats values, int from, int to)
    {
        if (from == to || values.Length == 0)
            return values;
        var wide = new AlignedFloats(checked(values.Length / from * to));
        Widen(values.Span, wide.Span, from, to);
        return wide;
    }

    private static void Widen(ReadOnlySpan<float> values, Span<float> wide, int from, int to)
    {
        for (var row = 0; row < values.Length / from; row++)
            values.Slice(row * from, from).CopyTo(wide[(row * to)..]);
    }
}
