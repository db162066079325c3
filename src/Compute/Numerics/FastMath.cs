using System.Runtime.CompilerServices;

namespace MoE.Compute.Numerics;

/// <summary>
/// Exponential and logarithm by polynomial (Cephes, S. Moshier, expf.c and logf.c), within 2 units of the last place.
/// Not the platform's own, which differ between machines and would make a replay differ too.
/// </summary>
internal static class FastMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>1.5 · 2²³: adding it rounds a float to a whole number, which is then in its low bits.</summary>
    private const float Rounder = 12582912f;

    /// <summary>e^x for x in [-87, 88]; values outside are taken as the nearer end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Exp<L>(L x) where L : struct, ILanes<L>
    {
        x = L.Min(L.Max(x, L.Broadcast(-87f)), L.Broadcast(88f));
        var shifted = L.MultiplyAdd(x, L.Broadcast(Log2E), L.Broadcast(Rounder));
        var n = shifted - L.Broadcast(Rounder);
        var r = L.MultiplyAdd(n, L.Broadcast(-Ln2High), x);
        r = L.MultiplyAdd(n, L.Broadcast(-Ln2Low), r);
        var p = L.Broadcast(1.9875691500e-4f);
        p = L.MultiplyAdd(p, r, L.Broadcast(1.3981999507e-3f));
        p = L.MultiplyAdd(p, r, L.Broadcast(8.3334519073e-3f));
        p = L.MultiplyAdd(p, r, L.Broadcast(4.1665795894e-2f));
        p = L.MultiplyAdd(p, r, L.Broadcast(1.6666665459e-1f));
        p = L.MultiplyAdd(p, r, L.Broadcast(5.0000001201e-1f));
        p = L.MultiplyAdd(p, r * r, r) + L.Broadcast(1f);
        var power = L.ShiftBitsLeft(L.AddBits(shifted, L.Broadcast(BitConverter.Int32BitsToSingle(127))), 23);
        return p * power;
    }

    /// <summary>ln x for normal x above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Log<L>(L x) where L : struct, ILanes<L>
    {
        // x = m · 2^e with m in [√½, √2)
        var offset = L.Broadcast(BitConverter.Int32BitsToSingle(0x3F800000 - 0x3F3504F3));
        var biased = L.AddBits(x, offset);
        var exponent = L.ShiftBitsRight(biased, 23);
        var e = L.FromInteger(L.AddBits(exponent, L.Broadcast(BitConverter.Int32BitsToSingle(-127))));
        var mantissa = L.AndBits(biased, L.Broadcast(BitConverter.Int32BitsToSingle(0x007FFFFF)));
        var m = L.AddBits(mantissa, L.Broadcast(BitConverter.Int32BitsToSingle(0x3F3504F3))) - L.Broadcast(1f);
        var p = L.Broadcast(7.0376836292e-2f);
        p = L.MultiplyAdd(p, m, L.Broadcast(-1.1514610310e-1f));
        p = L.MultiplyAdd(p, m, L.Broadcast(1.1676998740e-1f));
        p = L.MultiplyAdd(p, m, L.Broadcast(-1.2420140846e-1f));
        p = L.MultiplyAdd(p, m, L.Broadcast(1.4249322787e-1f));
        p = L.MultiplyAdd(p, m, L.Broadcast(-1.6668057665e-1f));
        p = L.MultiplyAdd(p, m, L.Broadcast(2.0000714765e-1f));
        p = L.MultiplyAdd(p, m, L.Broadcast(-2.4999993993e-1f));
        p = L.MultiplyAdd(p, m, L.Broadcast(3.3333331174e-1f));
        var square = m * m;
        var y = L.MultiplyAdd(e, L.Broadcast(Ln2Low), p * m * square);
        y = L.MultiplyAdd(square, L.Broadcast(-0.5f), y);
        return L.MultiplyAdd(e, L.Broadcast(Ln2High), m + y);
    }

    /// <summary>ln x for one normal x above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Log(float x) => First(Log(Lanes4.Broadcast(x)));

    /// <summary>e^x for one x in [-87, 88].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exp(float x) => First(Exp(Lanes4.Broadcast(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float First(Lanes4 lanes)
    {
        Unsafe.SkipInit(out Four four);
        lanes.Store(ref Unsafe.As<Four, float>(ref four), 0);
        return Unsafe.As<Four, float>(ref four);
    }

    [InlineArray(4)]
    private struct Four
    {
        private float _first;
    }
}
