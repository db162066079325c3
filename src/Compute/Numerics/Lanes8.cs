using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MoE.Compute.Numerics;

/// <summary>8 floats in one <see cref="Vector256{T}"/>.</summary>
internal readonly struct Lanes8(Vector256<float> v) : ILanes<Lanes8>
{
    private readonly Vector256<float> _v = v;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(ref float source, nuint at) => new(Vector256.LoadUnsafe(ref source, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint at) => _v.StoreUnsafe(ref target, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Min(Lanes8 a, Lanes8 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sqrt(Lanes8 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MaskPositive(Lanes8 gate, Lanes8 value) =>
        new(Vector256.GreaterThan(gate._v, Vector256<float>.Zero) & value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MaskDifferent(Lanes8 a, Lanes8 b, Lanes8 value) =>
        new(Vector256.AndNot(value._v, Vector256.Equals(a._v, b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FirstOf(Lanes8 a, Lanes8 b) =>
        new(Vector256.ConditionalSelect(Vector256.CreateScalar(-1).AsSingle(), a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Below(Lanes8 a, Lanes8 b) => (uint)Vector256.LessThan(a._v, b._v).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackBelow(Lanes8 value, Lanes8 limit, Lanes8 other, ref float values, ref float others) =>
        Pair<Lanes4>.PackBelow(value.Halves(), limit.Halves(), other.Halves(), ref values, ref others);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 AddBits(Lanes8 a, Lanes8 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 AndBits(Lanes8 a, Lanes8 b) => new(a._v & b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 ShiftBitsLeft(Lanes8 a, int by) => new((a._v.AsInt32() << by).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 ShiftBitsRight(Lanes8 a, int by) => new((a._v.AsInt32() >>> by).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FromInteger(Lanes8 bits) => new(Vector256.ConvertToSingle(bits._v.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Join(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d) => new(Vector256.Create(a.Vector, b.Vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Pair<Lanes4> Halves() => new(new Lanes4(_v.GetLower()), new Lanes4(_v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes4 Fold() => new(_v.GetLower() + _v.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Fold().Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxAcross()
    {
        return new Lanes4(Vector128.MaxNative(_v.GetLower(), _v.GetUpper())).MaxAcross();
    }
}
