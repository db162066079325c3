using System.Runtime.Intrinsics;

namespace MoE.Compute.Numerics;

/// <summary>
/// A few floats that are computed at once. Every operation works lane by lane, or in one fixed order
/// (<see cref="Sum"/>), so that all widths give the same bits.
/// </summary>
internal interface ILanes<T> where T : struct, ILanes<T>
{
    /// <summary>Floats in a block.</summary>
    static abstract int Count { get; }

    static abstract T Broadcast(float value);

    static abstract T Load(ref float source, nuint at);

    void Store(ref float target, nuint at);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    static abstract T Max(T a, T b);

    static abstract T Min(T a, T b);

    static abstract T Sqrt(T a);

    /// <summary><paramref name="value"/> where <paramref name="gate"/> is above 0, else 0.</summary>
    static abstract T MaskPositive(T gate, T value);

    /// <summary><paramref name="value"/> where a and b differ, else 0.</summary>
    static abstract T MaskDifferent(T a, T b, T value);

    /// <summary>Lane 0 of a, and the others of b.</summary>
    static abstract T FirstOf(T a, T b);

    /// <summary>One bit per lane, lane 0 lowest: whether a is below b.</summary>
    static abstract uint Below(T a, T b);

    /// <summary>
    /// Writes the lanes of <paramref name="value"/> that are below <paramref name="limit"/> side by side to
    /// <paramref name="values"/>, and the same lanes of <paramref name="other"/> to <paramref name="others"/>. What
    /// follows them, up to a whole block, is undefined afterwards.
    /// </summary>
    /// <returns>How many lanes are below.</returns>
    static abstract int PackBelow(T value, T limit, T other, ref float values, ref float others);

    /// <summary>Integer sum of the lanes' bit patterns.</summary>
    static abstract T AddBits(T a, T b);

    static abstract T AndBits(T a, T b);

    static abstract T ShiftBitsLeft(T a, int by);

    static abstract T ShiftBitsRight(T a, int by);

    /// <summary>The lanes' bit patterns, read as whole numbers, as floats.</summary>
    static abstract T FromInteger(T bits);

    /// <summary>As many of these as a block has room for, side by side.</summary>
    static abstract T Join(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d);

    /// <summary>Halves are added until four lanes are left.</summary>
    Lanes4 Fold();

    /// <summary>Sum of all lanes: halves are added until one is left.</summary>
    float Sum();

    /// <summary>The greatest lane.</summary>
    float MaxAcross();
}

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
