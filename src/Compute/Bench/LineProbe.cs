using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MoE.Compute.Numerics;

namespace MoE.Compute.Bench;

/// <summary>
/// Adds to lines of a table that are drawn at random, in four series that do not wait for each other: the cost of
/// tables of weights if a row touches only a few of them.
/// </summary>
/// <param name="bytes">Bytes of the table; a power of 2, 256 or more.</param>
public sealed class LineProbe(int bytes)
{
    /// <summary>Bytes of a line of the cache, and floats of one.</summary>
    private const int Line = 64, Floats = Line / sizeof(float);

    private readonly AlignedFloats _table = new(bytes / sizeof(float));
    private readonly int _shift = 32 - BitOperations.Log2((uint)(bytes / Line));

    /// <summary>Takes so many steps of four lines; gives how many lines were read and written.</summary>
    public double Run(int steps)
    {
        ref var table = ref _table.First;
        var (a, b, c, d) = (1u, 2u, 3u, 4u);
        for (var step = 0; step < steps; step++)
        {
            (a, b, c, d) = (Next(a), Next(b), Next(c), Next(d));
            Touch(ref table, a >> _shift);
            Touch(ref table, b >> _shift);
            Touch(ref table, c >> _shift);
            Touch(ref table, d >> _shift);
        }
        return 4d * steps;
    }

    /// <summary>The next number of a series whose upper bits show no pattern (Knuth, and Lewis 1969).</summary>
    private static uint Next(uint value) => (value * 1664525) + 1013904223;

    private static void Touch(ref float table, uint line)
    {
        ref var first = ref Unsafe.Add(ref table, line * Floats);
        (Vector128.LoadUnsafe(ref first) + Vector128.Create(1f)).StoreUnsafe(ref first);
    }
}
