using ILGPU;

namespace MoE.Compute.Kernels.Memory;

/// <summary>
/// A range of keys in which the k-th smallest is looked for. A slot's key is its distance's bits, which order as the
/// distances do, and behind them its number: so no two are equal, and of equally far slots the first is the nearest.
/// Only whole numbers are counted and compared, so that no order of threads matters.
/// </summary>
internal struct MemoryRange
{
    /// <summary>Numbers counted of a range: keys below it, then in each of its bins.</summary>
    public const int Counters = 1 + Bins;

    private const int BinBits = 6;
    private const int Bins = 1 << BinBits;
    private const int SlotBits = 16;
    private const int MantissaBits = 23;

    /// <summary>All distances are below infinity.</summary>
    private const long AllHigh = 0x7F800000L << SlotBits;

    /// <summary>Bins of 2^41 cover all keys.</summary>
    private const int AllShift = 41;

    /// <summary>Powers of 2 that a guess covers, in equal parts below and above.</summary>
    private const int GuessPowers = 4;

    /// <summary>From here on, up to here; each bin has 2^shift keys.</summary>
    public long Low, High;

    /// <summary>Size of a bin, as a power of 2.</summary>
    public int Shift;

    /// <summary>How many keys are below the high end, once they are few and hold the k smallest; else 0.</summary>
    public int Found;

    /// <summary>The key of a slot.</summary>
    public static long KeyOf(float distance, int slot) => ((long)Interop.FloatAsInt(distance) << SlotBits) | (uint)slot;

    /// <summary>The range of all keys, which are found where they are few.</summary>
    public static MemoryRange All(int found) => new() { High = AllHigh, Shift = AllShift, Found = found };

    /// <summary>The range around the usual distance of the k-th; that of all keys where none is usual.</summary>
    public static MemoryRange Around(float usual)
    {
        if (usual <= 0f)
            return All(0);
        var low = (int)Interop.FloatAsInt(usual) - (GuessPowers / 2 << MantissaBits);
        var from = (long)IntrinsicMath.Max(0, low) << SlotBits;
        return new MemoryRange
        {
            Low = from,
            High = from + ((long)GuessPowers << (MantissaBits + SlotBits)),
            Shift = MantissaBits + SlotBits + 2 - BinBits,
        };
    }

    /// <summary>Which of the counters a key belongs to; those beyond the range belong to none, -1.</summary>
    public readonly int CounterOf(long key) =>
        key < Low ? 0 : key < High ? 1 + (int)((key - Low) >> Shift) : -1;

    /// <summary>What is left of the range by what was counted of it.</summary>
    /// <param name="counters">Its counters.</param>
    /// <param name="k">Which key is looked for.</param>
    /// <param name="most">How many keys may be found.</param>
    public readonly MemoryRange Narrowed(ArrayView<int> counters, int k, int most)
    {
        var below = counters[0];
        if (below >= k)
            return new MemoryRange { High = Low, Shift = AllShift };
        for (var bin = 0; bin < Bins; bin++)
        {
            var upTo = below + counters[1 + bin];
            if (upTo >= k)
                return Bin(bin, upTo <= most ? upTo : 0);
            below = upTo;
        }
        return new MemoryRange { Low = High, High = AllHigh, Shift = AllShift };
    }

    private readonly MemoryRange Bin(int bin, int found)
    {
        var low = Low + ((long)bin << Shift);
        return new MemoryRange
        {
            Low = low,
            High = low + (1L << Shift) < High ? low + (1L << Shift) : High,
            Shift = IntrinsicMath.Max(0, Shift - BinBits),
            Found = found,
        };
    }
}
