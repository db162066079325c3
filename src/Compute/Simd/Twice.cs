using System.Runtime.CompilerServices;

namespace MoE.Compute.Simd;

/// <summary>Two blocks taken as one of twice the width, for processors whose vectors are narrower.</summary>
internal readonly struct Twice<T>(T low, T high) : ILanes<Twice<T>> where T : struct, ILanes<T>
{
    private readonly T _low = low;
    private readonly T _high = high;

    public static int Count => 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> Fill(float value) => new(T.Fill(value), T.Fill(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> Load(ref float source, nuint at) =>
        new(T.Load(ref source, at), T.Load(ref source, at + (nuint)T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint at)
    {
        _low.Store(ref target, at);
        _high.Store(ref target, at + (nuint)T.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> operator +(Twice<T> a, Twice<T> b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> operator -(Twice<T> a, Twice<T> b) => new(a._low - b._low, a._high - b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> operator *(Twice<T> a, Twice<T> b) => new(a._low * b._low, a._high * b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> operator /(Twice<T> a, Twice<T> b) => new(a._low / b._low, a._high / b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> MultiplyAdd(Twice<T> a, Twice<T> b, Twice<T> c) =>
        new(T.MultiplyAdd(a._low, b._low, c._low), T.MultiplyAdd(a._high, b._high, c._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> Max(Twice<T> a, Twice<T> b) =>
        new(T.Max(a._low, b._low), T.Max(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> Min(Twice<T> a, Twice<T> b) =>
        new(T.Min(a._low, b._low), T.Min(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> WherePositive(Twice<T> gate, Twice<T> value) =>
        new(T.WherePositive(gate._low, value._low), T.WherePositive(gate._high, value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> AddBits(Twice<T> a, Twice<T> b) =>
        new(T.AddBits(a._low, b._low), T.AddBits(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> AndBits(Twice<T> a, Twice<T> b) =>
        new(T.AndBits(a._low, b._low), T.AndBits(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> Sqrt(Twice<T> a) => new(T.Sqrt(a._low), T.Sqrt(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> WhereDifferent(Twice<T> a, Twice<T> b, Twice<T> value) =>
        new(T.WhereDifferent(a._low, b._low, value._low), T.WhereDifferent(a._high, b._high, value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> FirstOf(Twice<T> a, Twice<T> b) => new(T.FirstOf(a._low, b._low), b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Below(Twice<T> a, Twice<T> b) =>
        T.Below(a._low, b._low) | (T.Below(a._high, b._high) << T.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackBelow(Twice<T> value, Twice<T> limit, Twice<T> other, ref float values, ref float others)
    {
        var packed = T.PackBelow(value._low, limit._low, other._low, ref values, ref others);
        return packed + T.PackBelow(value._high, limit._high, other._high,
            ref Unsafe.Add(ref values, packed), ref Unsafe.Add(ref others, packed));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> ShiftBitsLeft(Twice<T> a, int by) =>
        new(T.ShiftBitsLeft(a._low, by), T.ShiftBitsLeft(a._high, by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> ShiftBitsRight(Twice<T> a, int by) =>
        new(T.ShiftBitsRight(a._low, by), T.ShiftBitsRight(a._high, by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> FromInteger(Twice<T> bits) => new(T.FromInteger(bits._low), T.FromInteger(bits._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<T> Join(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d) =>
        T.Count == 8 ? new(T.Join(a, b, a, b), T.Join(c, d, c, d)) : new(T.Join(a, a, a, a), T.Join(b, b, b, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes4 Fold() => (_low + _high).Fold();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => (_low + _high).Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Greatest() => T.Max(_low, _high).Greatest();
}
