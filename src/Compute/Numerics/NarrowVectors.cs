using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MoE.Compute.Numerics;

/// <summary>
/// Rows of few numbers that lie scattered in a table: 4, 8 or a multiple of 16 floats each, S, so that a row of few
/// classes takes no more of a cache line than it needs.
/// </summary>
internal static class NarrowVectors
{
    /// <summary>The stride of rows of <paramref name="numbers"/> floats, S.</summary>
    public static int Stride(int numbers) => numbers switch { <= 4 => 4, <= 8 => 8, _ => ClassVectors.Padded(numbers) };

    /// <summary>sum (S) = Σ of the rows that begin at the given places of the table.</summary>
    /// <param name="table">The table's first number.</param>
    /// <param name="places">Where the rows begin.</param>
    /// <param name="stride">S.</param>
    /// <param name="sum">S floats.</param>
    public static void Sum<L>(ref float table, int[] places, int stride, float[] sum)
        where L : struct, ILanes<L>
    {
        switch (stride)
        {
            case 4: SumIn<Lanes4>(ref table, places, stride, sum); break;
            case 8: SumIn<Lanes8>(ref table, places, stride, sum); break;
            default: SumIn<L>(ref table, places, stride, sum); break;
        }
    }

    private static void SumIn<R>(ref float table, int[] places, int stride, float[] sum) where R : struct, ILanes<R>
    {
        ref var place = ref MemoryMarshal.GetArrayDataReference(places);
        for (var k = 0; k < stride; k += R.Count)
        {
            ref var rows = ref Unsafe.Add(ref table, k);
            var (even, odd) = (R.Broadcast(0f), R.Broadcast(0f));
            var i = 0;
            for (; i + 1 < places.Length; i += 2)
            {
                even += R.Load(ref rows, (nuint)Unsafe.Add(ref place, i));
                odd += R.Load(ref rows, (nuint)Unsafe.Add(ref place, i + 1));
            }
            if (i < places.Length)
                even += R.Load(ref rows, (nuint)places[i]);
            (even + odd).Store(ref sum[k], 0);
        }
    }
}
