using System.Runtime.Intrinsics;
using MoE.Compute.Numerics;

namespace MoE.Compute.Bench;

/// <summary>
/// Loops that reach what one thread of this processor can do at most, to measure other loops by. Each does a known
/// amount of work; the caller measures the time.
/// </summary>
public static class CpuProbe
{
    private const int Chains = 12;

    /// <summary>Floats in one of the processor's vectors.</summary>
    public static int Lanes { get; } =
        Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Multiplies and adds in vectors that do not wait for each other; gives the operations done.</summary>
    /// <param name="steps">Steps of 12 vectors each.</param>
    public static double MultiplyAdds(int steps)
    {
        Use(Lanes switch
        {
            16 => Independent<Lanes16>(steps),
            8 => Independent<Lanes8>(steps),
            _ => Independent<Lanes4>(steps),
        });
        return 2d * Chains * Lanes * steps;
    }

    /// <summary>Multiplies and adds in one vector, each step on what the one before gave; gives the steps.</summary>
    public static double Steps(int steps)
    {
        Use(Lanes switch
        {
            16 => Dependent<Lanes16>(steps),
            8 => Dependent<Lanes8>(steps),
            _ => Dependent<Lanes4>(steps),
        });
        return steps;
    }

    /// <summary>Divides by roots, in vectors that do not wait for each other; gives how many.</summary>
    public static double Roots(int steps)
    {
        Use(Lanes switch
        {
            16 => Roots<Lanes16>(steps),
            8 => Roots<Lanes8>(steps),
            _ => Roots<Lanes4>(steps),
        });
        return 4d * Lanes * steps;
    }

    private static float Independent<L>(int steps) where L : struct, ILanes<L>
    {
        var (x, y) = (L.Broadcast(0.999f), L.Broadcast(0.001f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (y, y, y, y, y, y);
        for (var step = 0; step < steps; step++)
        {
            a = L.MultiplyAdd(a, x, y);
            b = L.MultiplyAdd(b, x, y);
            c = L.MultiplyAdd(c, x, y);
            d = L.MultiplyAdd(d, x, y);
            e = L.MultiplyAdd(e, x, y);
            f = L.MultiplyAdd(f, x, y);
            g = L.MultiplyAdd(g, x, y);
            h = L.MultiplyAdd(h, x, y);
            i = L.MultiplyAdd(i, x, y);
            j = L.MultiplyAdd(j, x, y);
            k = L.MultiplyAdd(k, x, y);
            l = L.MultiplyAdd(l, x, y);
        }
        return (a + b + c + d + e + f + g + h + i + j + k + l).Sum();
    }

    private static float Dependent<L>(int steps) where L : struct, ILanes<L>
    {
        var (x, y) = (L.Broadcast(0.999f), L.Broadcast(0.001f));
        var sum = x;
        for (var step = 0; step < steps; step++)
            sum = L.MultiplyAdd(sum, x, y);
        return sum.Sum();
    }

    private static float Roots<L>(int steps) where L : struct, ILanes<L>
    {
        var (one, a) = (L.Broadcast(1f), L.Broadcast(3f));
        var (b, c, d) = (a + one, a + a, a * a);
        for (var step = 0; step < steps; step++)
        {
            a = one + (one / L.Sqrt(a));
            b = one + (one / L.Sqrt(b));
            c = one + (one / L.Sqrt(c));
            d = one + (one / L.Sqrt(d));
        }
        return (a + b + c + d).Sum();
    }

    /// <summary>Keeps a result, so that the compiler does not leave out what led to it.</summary>
    private static void Use(float result)
    {
        if (float.IsNaN(result))
            throw new InvalidOperationException("The processor's arithmetic is broken: a finite sum became NaN.");
    }
}
