namespace MoE.Compute.Simd.Matrices;

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
