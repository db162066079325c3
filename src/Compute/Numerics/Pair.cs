using System.Runtime.CompilerServices;

namespace MoE.Compute.Numerics;

/// <summary>Two blocks taken as one of twice the width, for processors whose vectors are narrower.</summary>
internal readonly struct Pair<T>(T low, T high) : ILanes<Pair<T>> where T : struct, ILanes<T>
{
    private readonly T _low = low;
    private readonly T _high = high;

    public static int Count => 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Broadcast(float value) => new(T.Broadcast(value), T.Broadcast(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Load(ref float source, nuint at) =>
        new(T.Load(ref source, at), T.Load(ref source, at + (nuint)T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint at)
    {
        _low.Store(ref target, at);
        _high.Store(ref target, at + (nuint)T.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator +(Pair<T> a, Pair<T> b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator -(Pair<T> a, Pair<T> b) => new(a._low - b._low, a._high - b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator *(Pair<T> a, Pair<T> b) => new(a._low * b._low, a._high * b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator /(Pair<T> a, Pair<T> b) => new(a._low / b._low, a._high / b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> MultiplyAdd(Pair<T> a, Pair<T> b, Pair<T> c) =>
        new(T.MultiplyAdd(a._low, b._low, c._low), T.MultiplyAdd(a._high, b._high, c._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Max(Pair<T> a, Pair<T> b) =>
        new(T.Max(a._low, b._low), T.Max(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Min(Pair<T> a, Pair<T> b) =>
        new(T.Min(a._low, b._low), T.Min(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> MaskPositive(Pair<T> gate, Pair<T> value) =>
        new(T.MaskPositive(gate._low, value._low), T.MaskPositive(gate._high, value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> AddBits(Pair<T> a, Pair<T> b) =>
        new(T.AddBits(a._low, b._low), T.AddBits(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> AndBits(Pair<T> a, Pair<T> b) =>
        new(T.AndBits(a._low, b._low), T.AndBits(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Sqrt(Pair<T> a) => new(T.Sqrt(a._low), T.Sqrt(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> MaskDifferent(Pair<T> a, Pair<T> b, Pair<T> value) =>
        new(T.MaskDifferent(a._low, b._low, value._low), T.MaskDifferent(a._high, b._high, value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> FirstOf(Pair<T> a, Pair<T> b) => new(T.FirstOf(a._low, b._low), b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Below(Pair<T> a, Pair<T> b) =>
        T.Below(a._low, b._low) | (T.Below(a._high, b._high) << T.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackBelow(Pair<T> value, Pair<T> limit, Pair<T> other, ref float values, ref float others)
    {
        var packed = T.PackBelow(value._low, limit._low, other._low, ref values, ref others);
        return packed + T.PackBelow(value._high, limit._high, other._high,
            ref Unsafe.Add(ref values, packed), ref Unsafe.Add(ref others, packed));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> ShiftBitsLeft(Pair<T> a, int by) =>
        new(T.ShiftBitsLeft(a._low, by), T.ShiftBitsLeft(a._high, by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> ShiftBitsRight(Pair<T> a, int by) =>
        new(T.ShiftBitsRight(a._low, by), T.ShiftBitsRight(a._high, by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> FromInteger(Pair<T> bits) => new(T.FromInteger(bits._low), T.FromInteger(bits._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Join(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d) =>
        T.Count == 8 ? new(T.Join(a, b, a, b), T.Join(c, d, c, d)) : new(T.Join(a, a, a, a), T.Join(b, b, b, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes4 Fold() => (_low + _high).Fold();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => (_low + _high).Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxAcross() => T.Max(_low, _high).MaxAcross();
}
