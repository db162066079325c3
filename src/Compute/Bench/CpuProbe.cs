using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MoE.Compute.Simd;

namespace MoE.Compute.Bench;

/// <summary>
/// Loops that reach what one thread of this processor can do at most, to measure other loops by. Each does a known
/// amount of work; whoever calls them holds the watch.
/// </summary>
public static class CpuProbe
{
    private const int Chains = 12;

    /// <summary>Floats of a line of the cache.</summary>
    private const int Line = 16;

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

    /// <summary>
    /// Adds to lines of a table that are drawn at random, in four series that do not wait for each other; gives how
    /// many lines were read and written.
    /// </summary>
    /// <param name="table">The table, of a power of two of floats, 64 or more.</param>
    /// <param name="steps">Steps of four lines.</param>
    public static double Lines(float[] table, int steps)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Length < 64 || !BitOperations.IsPow2(table.Length))
            throw new ArgumentException($"{table.Length} floats are no power of two from 64 on.", nameof(table));
        var shift = 32 - BitOperations.Log2((uint)table.Length / Line);
        var (a, b, c, d) = (1u, 2u, 3u, 4u);
        for (var step = 0; step < steps; step++)
        {
            (a, b, c, d) = (Next(a), Next(b), Next(c), Next(d));
            Touch(table, a >> shift);
            Touch(table, b >> shift);
            Touch(table, c >> shift);
            Touch(table, d >> shift);
        }
        return 4d * steps;
    }

    /// <summary>The next number of a series in whose upper bits there is no order (Knuth, and Lewis 1969).</summary>
    private static uint Next(uint value) => (value * 1664525) + 1013904223;

    private static void Touch(float[] table, uint line)
    {
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table), line * Line);
        (Vector128.LoadUnsafe(ref first) + Vector128.Create(1f)).StoreUnsafe(ref first);
    }

    private static float Independent<L>(int steps) where L : struct, ILanes<L>
    {
        var (x, y) = (L.Fill(0.999f), L.Fill(0.001f));
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
        var (x, y) = (L.Fill(0.999f), L.Fill(0.001f));
        var sum = x;
        for (var step = 0; step < steps; step++)
            sum = L.MultiplyAdd(sum, x, y);
        return sum.Sum();
    }

    private static float Roots<L>(int steps) where L : struct, ILanes<L>
    {
        var (one, a) = (L.Fill(1f), L.Fill(3f));
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

    /// <summary>Keeps a result, so that nobody leaves out what led to it.</summary>
    private static void Use(float result)
    {
        if (float.IsNaN(result))
            throw new InvalidOperationException("The processor's arithmetic is broken: a finite sum is no number.");
    }
}
