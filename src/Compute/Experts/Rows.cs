namespace MoE.Compute.Experts;

/// <summary>Changes of layout of weights that lie in rows of equal length.</summary>
internal static class Rows
{
    /// <summary>Gives every row <paramref name="to"/> floats in place of <paramref name="from"/>, new ones 0.</summary>
    public static float[] Widen(float[] values, int from, int to)
    {
        if (from == to || values.Length == 0)
            return values;
        var wide = new float[checked(values.Length / from * to)];
        for (var row = 0; row < values.Length / from; row++)
            Array.Copy(values, row * from, wide, row * to, from);
        return wide;
    }
}
