using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Mlp;

/// <summary>
/// The inner loops of <see cref="MlpExpert{L}"/>. S = stride of a weight row, H hidden units and C classes, padded to
/// blocks of 16 floats; rows are contiguous.
/// </summary>
internal static class MlpKernels
{
    private const int Block = ClassRows.Block;

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
                var v = L.Fill(weight[j]);
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
        for (; k < stride; k += Block)
        {
            var s0 = L.Load(ref b, (nuint)k);
            for (var j = 0; j < index.Length; j++)
                s0 = L.MultiplyAdd(L.Fill(weight[j]), L.Load(ref rows, (nuint)(((nint)index[j] * stride) + k)), s0);
            s0.Store(ref s, (nuint)k);
        }
    }

    /// <summary>hidden (H) = max(0, sum); logits[c] = sum[H + c] + Σ_k w2[c, k] · hidden[k].</summary>
    public static void Output<L>(float[] sum, float[] w2, int hidden, int classes, float[] activation, float[] logits)
        where L : struct, ILanes<L>
    {
        ref var s = ref MemoryMarshal.GetArrayDataReference(sum);
        ref var h = ref MemoryMarshal.GetArrayDataReference(activation);
        for (var k = 0; k < hidden; k += Block)
            L.Max(L.Load(ref s, (nuint)k), L.Fill(0f)).Store(ref h, (nuint)k);
        for (var c = 0; c < classes; c++)
        {
            ref var w = ref w2[c * hidden];
            var dot = L.Fill(0f);
            for (var k = 0; k < hidden; k += Block)
                dot = L.MultiplyAdd(L.Load(ref w, (nuint)k), L.Load(ref h, (nuint)k), dot);
            logits[c] = sum[hidden + c] + dot.Sum();
        }
    }

    /// <summary>
    /// delta[k] = Σ_c gradient[c] · w2[c, k] where hidden[k] > 0, else 0; delta[H + c] = gradient[c].
    /// </summary>
    public static void Delta<L>(
        float[] gradient, float[] w2, int hidden, int classes, float[] activation, float[] delta)
        where L : struct, ILanes<L>
    {
        ref var d = ref MemoryMarshal.GetArrayDataReference(delta);
        ref var h = ref MemoryMarshal.GetArrayDataReference(activation);
        ref var w = ref MemoryMarshal.GetArrayDataReference(w2);
        for (var k = 0; k < hidden; k += Block)
        {
            var sum = L.Fill(0f);
            for (var c = 0; c < classes; c++)
                sum = L.MultiplyAdd(L.Fill(gradient[c]), L.Load(ref w, (nuint)((c * hidden) + k)), sum);
            L.WherePositive(L.Load(ref h, (nuint)k), sum).Store(ref d, (nuint)k);
        }
        for (var c = hidden; c < delta.Length; c += Block)
            L.Load(ref gradient[c - hidden], 0).Store(ref d, (nuint)c);
    }

    /// <summary>w += scale · direction, over <paramref name="length"/> floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<L>(ref float w, float scale, ref float direction, int length) where L : struct, ILanes<L>
    {
        var s = L.Fill(scale);
        for (var k = 0; k < length; k += Block)
            L.MultiplyAdd(s, L.Load(ref direction, (nuint)k), L.Load(ref w, (nuint)k)).Store(ref w, (nuint)k);
    }

    /// <summary>w += rate · (target - w), over <paramref name="length"/> floats.</summary>
    public static void Follow<L>(ref float w, float rate, ref float target, int length) where L : struct, ILanes<L>
    {
        var r = L.Fill(rate);
        for (var k = 0; k < length; k += Block)
        {
            var value = L.Load(ref w, (nuint)k);
            L.MultiplyAdd(r, L.Load(ref target, (nuint)k) - value, value).Store(ref w, (nuint)k);
        }
    }
}
