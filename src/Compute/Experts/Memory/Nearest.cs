using System.Numerics;
using System.Runtime.InteropServices;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>
/// Finds the k smallest of a list of distances by bisection on the value: no sorting, no branches per item.
/// </summary>
internal static class Nearest<L> where L : struct, ILanes<L>
{
    private const int Block = ClassRows.Block;

    /// <summary>
    /// Moves the <paramref name="k"/> smallest distances and their labels to the front, in their order; among equal
    /// distances the first ones. Distances are finite, from 0 to <paramref name="limit"/>, and their array is readable
    /// up to a whole block.
    /// </summary>
    /// <returns>The greatest distance kept, or the limit when there were k or fewer.</returns>
    public static float Keep(float[] distance, int[] label, int count, int k, float limit)
    {
        if (count <= k)
            return limit;
        distance.AsSpan(count, ClassRows.Padded(count) - count).Fill(float.PositiveInfinity);
        var (low, high) = (0, BitConverter.SingleToInt32Bits(MathF.BitIncrement(MathF.Min(limit, float.MaxValue))));
        var (below, ties) = (0f, k);
        while (high - low > 1)
        {
            // the middle of the values, until they are close; then of their bit patterns, which always ends
            var mean = BitConverter.SingleToInt32Bits(
                0.5f * (BitConverter.Int32BitsToSingle(low) + BitConverter.Int32BitsToSingle(high)));
            var middle = mean > low && mean < high ? mean : low + ((high - low) / 2);
            var value = BitConverter.Int32BitsToSingle(middle);
            var found = CountBelow(distance, count, value);
            if (found == k)
            {
                (below, ties) = (value, 0);
                break;
            }
            if (found < k)
                (low, below, ties) = (middle, value, k - found);
            else
                high = middle;
        }
        return ties == 0 ? Gather(distance, label, count, below) : GatherWithTies(distance, label, count, below, ties);
    }

    private static int CountBelow(float[] distance, int count, float value)
    {
        ref var d = ref MemoryMarshal.GetArrayDataReference(distance);
        var limit = L.Fill(value);
        var found = 0;
        for (var i = 0; i < count; i += Block)
            found += BitOperations.PopCount(L.Below(L.Load(ref d, (nuint)i), limit));
        return found;
    }

    /// <summary>Keeps what is below the value; says the greatest distance kept.</summary>
    private static float Gather(float[] distance, int[] label, int count, float below)
    {
        var kept = 0;
        var greatest = L.Fill(0f);
        ref var d = ref MemoryMarshal.GetArrayDataReference(distance);
        var limit = L.Fill(below);
        for (var first = 0; first < count; first += Block)
        {
            var block = L.Load(ref d, (nuint)first);
            var near = L.Below(block, limit);
            greatest = L.Max(greatest, L.WherePositive(limit - block, block));
            for (; near != 0; near &= near - 1)
            {
                var i = first + BitOperations.TrailingZeroCount(near);
                (distance[kept], label[kept]) = (distance[i], label[i]);
                kept++;
            }
        }
        return greatest.Greatest();
    }

    /// <summary>Keeps what is below the value, and the first <paramref name="ties"/> that are equal to it.</summary>
    private static float GatherWithTies(float[] distance, int[] label, int count, float below, int ties)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            var d = distance[i];
            if (d > below || (d == below && ties-- <= 0))
                continue;
            (distance[kept], label[kept]) = (d, label[i]);
            kept++;
        }
        return below;
    }
}
