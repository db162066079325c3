using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MoE.Compute.Numerics;

/// <summary>4 floats in one <see cref="Vector128{T}"/>.</summary>
internal readonly struct Lanes4(Vector128<float> v) : ILanes<Lanes4>
{
    private readonly Vector128<float> _v = v;

    public static int Count => 4;

    /// <summary>The lanes as the platform knows them.</summary>
    public Vector128<float> Vector => _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(ref float source, nuint at) => new(Vector128.LoadUnsafe(ref source, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, nuint at) => _v.StoreUnsafe(ref target, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Max(Lanes4 a, Lanes4 b) => new(Vector128.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Min(Lanes4 a, Lanes4 b) => new(Vector128.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sqrt(Lanes4 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MaskPositive(Lanes4 gate, Lanes4 value) =>
        new(Vector128.GreaterThan(gate._v, Vector128<float>.Zero) & value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MaskDifferent(Lanes4 a, Lanes4 b, Lanes4 value) =>
        new(Vector128.AndNot(value._v, Vector128.Equals(a._v, b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 FirstOf(Lanes4 a, Lanes4 b) =>
        new(Vector128.ConditionalSelect(Vector128.CreateScalar(-1).AsSingle(), a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Below(Lanes4 a, Lanes4 b) => (uint)Vector128.LessThan(a._v, b._v).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PackBelow(Lanes4 value, Lanes4 limit, Lanes4 other, ref float values, ref float others)
    {
        var packed = 0;
        for (var near = Below(value, limit); near != 0; near &= near - 1)
        {
            var lane = BitOperations.TrailingZeroCount(near);
            Unsafe.Add(ref values, packed) = value._v.GetElement(lane);
            Unsafe.Add(ref others, packed++) = other._v.GetElement(lane);
        }
        return packed;
    }

    /// <summary><paramref name="value"/> where a and b are equal, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 WhereEqual(Lanes4 a, Lanes4 b, Lanes4 value) => new(Vector128.Equals(a._v, b._v) & value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 AddBits(Lanes4 a, Lanes4 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 AndBits(Lanes4 a, Lanes4 b) => new(a._v & b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 ShiftBitsLeft(Lanes4 a, int by) => new((a._v.AsInt32() << by).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 ShiftBitsRight(Lanes4 a, int by) => new((a._v.AsInt32() >>> by).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 FromInteger(Lanes4 bits) => new(Vector128.ConvertToSingle(bits._v.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Join(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes4 Fold() => this;

    /// <summary>The sums of four, each as <see cref="Sum"/>, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sums(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d)
    {
        if (!Sse.IsSupported)
            return new(Vector128.Create(a.Sum(), b.Sum(), c.Sum(), d.Sum()));
        var ab = Sse.UnpackLow(a._v, b._v) + Sse.UnpackHigh(a._v, b._v);
        var cd = Sse.UnpackLow(c._v, d._v) + Sse.UnpackHigh(c._v, d._v);
        return new(Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab));
    }

    /// <summary>The sums of four, each lane by lane from the first to the last, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 SumsInOrder(Lanes4 a, Lanes4 b, Lanes4 c, Lanes4 d)
    {
        if (!Sse.IsSupported)
            return new(Vector128.Create(a.SumInOrder(), b.SumInOrder(), c.SumInOrder(), d.SumInOrder()));
        var (ab, cd) = (Sse.UnpackLow(a._v, b._v), Sse.UnpackLow(c._v, d._v));
        var (ab2, cd2) = (Sse.UnpackHigh(a._v, b._v), Sse.UnpackHigh(c._v, d._v));
        return new(Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab)
            + Sse.MoveLowToHigh(ab2, cd2) + Sse.MoveHighToLow(cd2, ab2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float SumInOrder() => _v.GetElement(0) + _v.GetElement(1) + _v.GetElement(2) + _v.GetElement(3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum()
    {
        var pairs = _v + Vector128.Shuffle(_v, Vector128.Create(2, 3, 0, 1));
        return pairs.ToScalar() + pairs.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxAcross()
    {
        var pairs = Vector128.MaxNative(_v, Vector128.Shuffle(_v, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(pairs.ToScalar(), pairs.GetElement(1));
    }
}
