using System.Runtime.CompilerServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Bench;

/// <summary>
/// Copies numbers from one place to another again and again, in the widest vectors. Both places begin a line of the
/// cache: where the runtime happens to put an array, a copy may take three times as long.
/// </summary>
/// <param name="bytes">Bytes of both places together; a multiple of 512.</param>
public sealed class CopyProbe(int bytes)
{
    private const int Vectors = 4;

    private readonly AlignedFloats _from = new(bytes / 2 / sizeof(float));
    private readonly AlignedFloats _to = new(bytes / 2 / sizeof(float));

    /// <summary>Copies so many times; gives the bytes read and written.</summary>
    public double Run(int times)
    {
        for (var i = 0; i < times; i++)
            if (CpuProbe.Lanes == 16)
                Copy<Lanes16>();
            else if (CpuProbe.Lanes == 8)
                Copy<Lanes8>();
            else
                Copy<Lanes4>();
        return 2d * sizeof(float) * _from.Length * times;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy<L>() where L : struct, ILanes<L>
    {
        ref var from = ref _from.First;
        ref var to = ref _to.First;
        for (nuint i = 0; i < (nuint)_from.Length; i += (nuint)(Vectors * L.Count))
        {
            var (a, b) = (L.Load(ref from, i), L.Load(ref from, i + (nuint)L.Count));
            var (c, d) = (L.Load(ref from, i + (nuint)(2 * L.Count)), L.Load(ref from, i + (nuint)(3 * L.Count)));
            a.Store(ref to, i);
            b.Store(ref to, i + (nuint)L.Count);
            c.Store(ref to, i + (nuint)(2 * L.Count));
            d.Store(ref to, i + (nuint)(3 * L.Count));
        }
    }
}
