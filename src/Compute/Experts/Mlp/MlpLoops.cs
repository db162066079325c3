using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Mlp;

/// <summary>
/// The inner loops of <see cref="MlpExpert{L}"/>. S = stride of a weight row, H hidden units and C classes, padded to
/// blocks of 16 floats; rows are contiguous.
/// </summary>
internal static class MlpLoops
{
    private const int Block = ClassVectors.Block;

    /// <summary>sum (S) = bias (S) + Σ_j weight[j] · w[index[j]] (S).</summary>
    public static void SumRows<L>(
        float[] bias, float[] w, ReadOnlySpan<int> index, ReadOnlySpan<float> weight, float[] sum)
        where L : struct, ILanes<L>
    {
        var stride = bias.Length;
        ref var b = ref MemoryMarshal.GetArrayDataReference(bias);
        ref var rows = ref MemoryMarshal.GetArrayDataReference(w);
        ref var s = ref MemoryMarshal.GetArrayDataReference(sum);
        var k = 0;
        for (; k + (4 * Block) <= stride; k += 4 * Block)
        {
            var (s0, s1) = (L.Load(ref b, (nuint)k), L.Load(ref b, (nuint)(k + Block)));
            var (s2, s3) = (L.Load(ref b, (nuint)(k + (2 * Block))), L.Load(ref b, (nuint)(k + (3 * Block))));
            for (var j = 0; j < index.Length; j++)
            {
                ref var row = ref Unsafe.Add(ref rows, ((nint)index[j] * stride) + k);
                var v = L.Broadcast(weight[j]);
                s0 = L.MultiplyAdd(v, L.Load(ref row, 0), s0);
                s1 = L.MultiplyAdd(v, L.Load(ref row, Block), s1);
                s2 = L.MultiplyAdd(v, L.Load(ref row, 2 * Block), s2);
                s3 = L.MultiplyAdd(v, L.Load(ref row, 3 * Block), s3);
            }
            s0.Store(ref s, (nuint)k);
            s1.Store(ref s, (nuint)(k + Block));
            s2.Store(ref s, (nuint)(k + (2 * Block)));
            s3.Store(ref s, (nuint)(k + (3 * Block)));
        }
        for (; k + (2 * Block) <= stride; k += 2 * Block)
        {
            var (s0, s1) = (L.Load(ref b, (nuint)k), L.Load(ref b, (nuint)(k + Block)));
            for (var j = 0; j < index.Length; j++)
            {
                ref var row = ref Unsafe.Add(ref rows, ((nint)index[j] * stride) + k);
                var v = L.Broadcast(weight[j]);
                s0 = L.MultiplyAdd(v, L.Load(ref row, 0), s0);
                s1 = L.MultiplyAdd(v, L.Load(ref row, Block), s1);
            }
            s0.Store(ref s, (nuint)k);
            s1.Store(ref s, (nuint)(k + Block));
        }
        if (k < stride)
        {
            var s0 = L.Load(ref b, (nuint)k);
            for (var j = 0; j < index.Length; j++)
                s0 = L.MultiplyAdd(
                    L.Broadcast(weight[j]), L.Load(ref rows, (nuint)(((nint)index[j] * stride) + k)), s0);
            s0.Store(ref s, (nuint)k);
        }
    }

    /// <summary>
    /// hidden (H) = max(0, sum); logits[c] = sum[H + c] + Σ_k w2[c, k] · hidden[k]. Beyond the classes logits are
    /// whatever finite number comes of it.
    /// </summary>
    public static void Output<L>(float[] sum, float[] w2, int hidden, int classes, float[] activation, float[] logits)
        where L : struct, ILanes<L>
    {
        ref var s = ref MemoryMarshal.GetArrayDataReference(sum);
        ref var h = ref MemoryMarshal.GetArrayDataReference(activation);
        ref var w = ref MemoryMarshal.GetArrayDataReference(w2);
        for (var k = 0; k < hidden; k += Block)
            L.Max(L.Load(ref s, (nuint)k), L.Broadcast(0f)).Store(ref h, (nuint)k);
        for (var c = 0; c < classes; c += Block)
        {
            // a block is put together in registers: what was written in parts would be long in coming back as a whole
            var dots = L.Join(
                Dots<L>(ref w, ref h, hidden, c, classes), Dots<L>(ref w, ref h, hidden, c + 4, classes),
                Dots<L>(ref w, ref h, hidden, c + 8, classes), Dots<L>(ref w, ref h, hidden, c + 12, classes));
            (L.Load(ref s, (nuint)(hidden + c)) + dots).Store(ref logits[c], 0);
        }
    }

    /// <summary>
    /// gradient = probabilities - 1 at y; delta[k] = Σ_c gradient[c] · w2[c, k] where hidden[k] > 0, else 0;
    /// delta[H + c] = gradient[c].
    /// </summary>
    public static void Delta<L>(
        float[] probabilities, int y, float[] w2, int hidden, int classes, float[] activation, float[] gradient,
        float[] delta) where L : struct, ILanes<L>
    {
        ref var d = ref MemoryMarshal.GetArrayDataReference(delta);
        ref var h = ref MemoryMarshal.GetArrayDataReference(activation);
        ref var w = ref MemoryMarshal.GetArrayDataReference(w2);
        for (var c = 0; c < gradient.Length; c += Block)
        {
            var g = L.Load(ref probabilities[c], 0) - ClassVectors.OneHot<L>(c, y);
            g.Store(ref gradient[c], 0);
            g.Store(ref d, (nuint)(hidden + c));
        }
        for (var k = 0; k < hidden; k += Block)
        {
            var sum = L.Broadcast(0f);
            for (var c = 0; c < classes; c++)
                sum = L.MultiplyAdd(L.Broadcast(gradient[c]), L.Load(ref w, (nuint)((c * hidden) + k)), sum);
            L.MaskPositive(L.Load(ref h, (nuint)k), sum).Store(ref d, (nuint)k);
        }
    }

    /// <summary>w[index[j]] (S) += scale · weight[j] · direction (S), for every j.</summary>
    public static void AddRows<L>(
        float[] w, ReadOnlySpan<int> index, ReadOnlySpan<float> weight, float scale, float[] direction)
        where L : struct, ILanes<L>
    {
        var stride = direction.Length;
        ref var rows = ref MemoryMarshal.GetArrayDataReference(w);
        ref var d = ref MemoryMarshal.GetArrayDataReference(direction);
        var k = 0;
        for (; k + (4 * Block) <= stride; k += 4 * Block)
        {
            var (d0, d1) = (L.Load(ref d, (nuint)k), L.Load(ref d, (nuint)(k + Block)));
            var (d2, d3) = (L.Load(ref d, (nuint)(k + (2 * Block))), L.Load(ref d, (nuint)(k + (3 * Block))));
            for (var j = 0; j < index.Length; j++)
            {
                ref var row = ref Unsafe.Add(ref rows, ((nint)index[j] * stride) + k);
                var v = L.Broadcast(scale * weight[j]);
                L.MultiplyAdd(v, d0, L.Load(ref row, 0)).Store(ref row, 0);
                L.MultiplyAdd(v, d1, L.Load(ref row, Block)).Store(ref row, Block);
                L.MultiplyAdd(v, d2, L.Load(ref row, 2 * Block)).Store(ref row, 2 * Block);
                L.MultiplyAdd(v, d3, L.Load(ref row, 3 * Block)).Store(ref row, 3 * Block);
            }
        }
        for (; k + (2 * Block) <= stride; k += 2 * Block)
        {
            var (d0, d1) = (L.Load(ref d, (nuint)k), L.Load(ref d, (nuint)(k + Block)));
            for (var j = 0; j < index.Length; j++)
            {
                ref var row = ref Unsafe.Add(ref rows, ((nint)index[j] * stride) + k);
                var v = L.Broadcast(scale * weight[j]);
                L.MultiplyAdd(v, d0, L.Load(ref row, 0)).Store(ref row, 0);
                L.MultiplyAdd(v, d1, L.Load(ref row, Block)).Store(ref row, Block);
            }
        }
        if (k < stride)
            for (var j = 0; j < index.Length; j++)
                Add<L>(ref Unsafe.Add(ref rows, ((nint)index[j] * stride) + k), scale * weight[j],
                    ref Unsafe.Add(ref d, k), Block);
    }

    /// <summary>w += scale · direction, over <paramref name="length"/> floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<L>(ref float w, float scale, ref float direction, int length) where L : struct, ILanes<L>
    {
        var s = L.Broadcast(scale);
        for (var k = 0; k < length; k += Block)
            L.MultiplyAdd(s, L.Load(ref direction, (nuint)k), L.Load(ref w, (nuint)k)).Store(ref w, (nuint)k);
    }

    /// <summary>w += rate · (target - w), over <paramref name="length"/> floats.</summary>
    public static void Follow<L>(ref float w, float rate, ref float target, int length) where L : struct, ILanes<L>
    {
        var r = L.Broadcast(rate);
        for (var k = 0; k < length; k += Block)
        {
            var value = L.Load(ref w, (nuint)k);
            L.MultiplyAdd(r, L.Load(ref target, (nuint)k) - value, value).Store(ref w, (nuint)k);
        }
    }

    /// <summary>Σ_k w2[c, k] · hidden[k] of four classes from <paramref name="c"/> on; 0 beyond all classes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes4 Dots<L>(ref float w2, ref float activation, int hidden, int c, int classes)
        where L : struct, ILanes<L>
    {
        if (c >= classes)
            return Lanes4.Broadcast(0f);
        ref var w = ref Unsafe.Add(ref w2, (nint)c * hidden);
        var (d0, d1, d2, d3) = (L.Broadcast(0f), L.Broadcast(0f), L.Broadcast(0f), L.Broadcast(0f));
        for (var k = 0; k < hidden; k += Block)
        {
            var h = L.Load(ref activation, (nuint)k);
            d0 = L.MultiplyAdd(L.Load(ref w, (nuint)k), h, d0);
            d1 = L.MultiplyAdd(L.Load(ref w, (nuint)(hidden + k)), h, d1);
            d2 = L.MultiplyAdd(L.Load(ref w, (nuint)((2 * hidden) + k)), h, d2);
            d3 = L.MultiplyAdd(L.Load(ref w, (nuint)((3 * hidden) + k)), h, d3);
        }
        return Lanes4.Sums(d0.Fold(), d1.Fold(), d2.Fold(), d3.Fold());
    }
}
