using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MoE.Compute.Files;

/// <summary>
/// The runs of a table between its long stretches of zeros, in one pass: 64 numbers at a time become a mask of those
/// that are not 0. As bits, so that -0 is not taken for 0 and comes back as it was.
/// </summary>
internal ref struct SparseRuns(ReadOnlySpan<float> values)
{
    /// <summary>Zeros that end a run.</summary>
    private const int Gap = 16;

    private const int Block = 64;

    private readonly ReadOnlySpan<int> _bits = MemoryMarshal.Cast<float, int>(values);
    private int _first = -Block;
    private ulong _mask;

    /// <summary>Where the run begins.</summary>
    public int Start { get; private set; }

    /// <summary>The first place after it.</summary>
    public int End { get; private set; }

    /// <summary>Goes to the next run; false if there are no more.</summary>
    public bool Next()
    {
        if (!Seek())
            return false;
        Start = _first + BitOperations.TrailingZeroCount(_mask);
        End = Start;
        do
        {
            var from = BitOperations.TrailingZeroCount(_mask);
            if (_first + from - End >= Gap)
                return true;
            var count = BitOperations.TrailingZeroCount(~(_mask >> from));
            End = _first + from + count;
            _mask = from + count == Block ? 0 : _mask >> (from + count) << (from + count);
        }
        while (Seek());
        return true;
    }

    /// <summary>Goes on to a block with a number that is not 0 and was not passed yet.</summary>
    private bool Seek()
    {
        while (_mask == 0)
        {
            if (_first + Block >= _bits.Length)
                return false;
            _first += Block;
            _mask = MaskOf(_bits[_first..]);
        }
        return true;
    }

    private static ulong MaskOf(ReadOnlySpan<int> bits)
    {
        var mask = 0UL;
        if (bits.Length < Block)
        {
            for (var i = 0; i < bits.Length; i++)
                mask |= bits[i] == 0 ? 0UL : 1UL << i;
            return mask;
        }
        ref var first = ref MemoryMarshal.GetReference(bits);
        for (var at = 0; at < Block; at += Vector256<int>.Count)
        {
            var zeros = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at), Vector256<int>.Zero);
            mask |= (ulong)(byte)~zeros.ExtractMostSignificantBits() << at;
        }
        return mask;
    }
}
