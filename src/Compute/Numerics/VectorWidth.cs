using System.Runtime.Intrinsics;

namespace MoE.Compute.Numerics;

/// <summary>Width of the vectors that 16 lanes are computed in; all give the same bits.</summary>
internal enum VectorWidth
{
    /// <summary>One vector of 16 lanes, <see cref="Lanes16"/>.</summary>
    Bits512,

    /// <summary>Two of 8.</summary>
    Bits256,

    /// <summary>Four of 4.</summary>
    Bits128,
}

/// <summary>The width for a processor.</summary>
internal static class VectorWidths
{
    /// <summary>The widest that this processor computes in.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
