using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MoE.Compute.Numerics;

/// <summary>16 floats in one <see cref="Vector512{T}"/>.</summary>
internal readonly struct Lanes16(Vector512<float> v) : ILanes<Lanes16>
{
    private readonly Vector512<float> _v = v;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(ref float source, nuint at) => new(Vector512.LoadUnsafe(ref source, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint at) => _v.StoreUnsafe(ref target, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator /(Lanes16 a, Lanes16 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) =>
        new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Max(Lanes16 a, Lanes16 b) => new(Vector512.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Min(Lanes16 a, Lanes16 b) => new(Vector512.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sqrt(Lanes16 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MaskPositive(Lanes16 gate, Lanes16 value) =>
        new(Vector512.GreaterThan(gate._v, Vector512<float>.Zero) & value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MaskDifferent(Lanes16 a, Lanes16 b, Lanes16 value) =>
        new(Vector512.AndNot(value._v, Vector512.Equals(a._v, b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 FirstOf(Lanes16 a, Lanes16 b) =>
        new(Vector512.ConditionalSelect(Vector512.CreateScalar(-1).AsSingle(), a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Below(Lanes16 a, Lanes16 b) => (uint)Vector512.LessThan(a._v, b._v).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackBelow(Lanes16 value, Lanes16 limit, Lanes16 other, ref float values, ref float others)
    {
        if (!Avx512F.IsSupported)
            return Pair<Lanes8>.PackBelow(value.Halves(), limit.Halves(), other.Halves(), ref values, ref others);
        var below = Vector512.LessThan(value._v, limit._v);
        Avx512F.Compress(Vector512<float>.Zero, below, value._v).StoreUnsafe(ref values);
        Avx512F.Compress(Vector512<float>.Zero, below, other._v).StoreUnsafe(ref others);
        return BitOperations.PopCount((uint)below.ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 AddBits(Lanes16 a, Lanes16 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 AndBits(Lanes16 a, Lanes16 b) => new(a._v & b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 ShiftBitsLeft(Lanes16 a, int by) => new((a._v.AsInt32() << by).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 ShiftBitsRight(Lanes16 a, int by) => new((a._v.AsInt32() >>> by).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 FromInteger(Lanes16 bits) => new(Vector512.ConvertToSingle(bits._v.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Join(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d) =>
        new(Vector512.Create(Vector256.Create(a.Vector, b.Vector), Vector256.Create(c.Vector, d.Vector)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Pair<Lanes8> Halves() => new(new Lanes8(_v.GetLower()), new Lanes8(_v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes4 Fold() => new Lanes8(_v.GetLower() + _v.GetUpper()).Fold();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Fold().Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxAcross()
    {
        return new Lanes8(Vector256.MaxNative(_v.GetLower(), _v.GetUpper())).MaxAcross();
    }
}
