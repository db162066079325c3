using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MoE.Compute.Numerics;

/// <summary>Arithmetic over the classes of one row: C of them, padded to a multiple of 16 floats.</summary>
internal static class ClassVectors
{
    /// <summary>Lanes of the 16-lane blocks that classes and hidden units are padded to.</summary>
    public const int Block = 16;

    /// <summary>What an entry outside the known classes is lowered by, so that its probability is 0.</summary>
    private const float Nothing = -1e30f;

    private static readonly float[] Unknown = [.. Enumerable.Repeat(0f, Block), .. Enumerable.Repeat(Nothing, Block)];

    private static readonly float[] One = [.. Enumerable.Repeat(0f, Block), 1f, .. Enumerable.Repeat(0f, Block)];

    /// <summary><paramref name="count"/> rounded up to whole blocks.</summary>
    public static int Padded(int count) => (count + Block - 1) / Block * Block;

    /// <summary>Length of an answer over so many classes: whole blocks, one at least.</summary>
    public static int Stride(int classes) => Math.Max(Block, Padded(classes));

    /// <summary>
    /// 0 for the known among 16 classes from <paramref name="from"/> on, a very low number for the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Mask<L>(int from, int classes) where L : struct, ILanes<L> =>
        L.Load(ref MemoryMarshal.GetArrayDataReference(Unknown), (nuint)(Block - Math.Clamp(classes - from, 0, Block)));

    /// <summary>1 for one among 16 classes from <paramref name="from"/> on, 0 for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L OneHot<L>(int from, int y) where L : struct, ILanes<L> =>
        L.Load(ref MemoryMarshal.GetArrayDataReference(One), (nuint)(Block - Math.Clamp(y - from, -1, Block)));

    /// <summary>ln of probabilities, whole blocks; what is below the least, a normal number, counts as that.</summary>
    public static void Log<L>(float[] probabilities, float[] logs, float least) where L : struct, ILanes<L>
    {
        ref var p = ref MemoryMarshal.GetArrayDataReference(probabilities);
        ref var log = ref MemoryMarshal.GetArrayDataReference(logs);
        for (nuint i = 0; i < (nuint)logs.Length; i += Block)
            FastMath.Log(L.Max(L.Load(ref p, i), L.Broadcast(least))).Store(ref log, i);
    }

    /// <summary>
    /// Answers a batch that knows fewer classes than the expert, as after the expert of another model was loaded.
    /// </summary>
    public static void CopyKnown(float[] logProbabilities, Span<float> answer) =>
        logProbabilities.AsSpan(0, answer.Length).CopyTo(answer);

    /// <summary>
    /// Answers a batch of C classes by an expert that knows the first C' of them and learns no more: 1 / C for each
    /// that it does not know, and C' / C of what it says for those that it knows.
    /// </summary>
    public static void Spread(ReadOnlySpan<float> logProbabilities, int known, int classes, Span<float> answer)
    {
        if (known >= classes)
        {
            logProbabilities[..classes].CopyTo(answer);
            return;
        }
        var share = FastMath.Log((float)Math.Max(1, known) / classes);
        for (var c = 0; c < known; c++)
            answer[c] = logProbabilities[c] + share;
        answer[known..classes].Fill(FastMath.Log(1f / classes));
    }

    /// <summary>
    /// log softmax of the first <paramref name="classes"/> logits, and its exponential; beyond them the probability
    /// is 0 and the logarithm very low. In and out may be the same.
    /// </summary>
    public static void LogSoftmax<L>(
        ref float logits, int classes, ref float logProbabilities, ref float probabilities) where L : struct, ILanes<L>
    {
        var greatest = L.Broadcast(Nothing);
        for (var c = 0; c < classes; c += Block)
            greatest = L.Max(greatest, L.Load(ref logits, (nuint)c) + Mask<L>(c, classes));
        var top = L.Broadcast(greatest.MaxAcross());
        var sum = L.Broadcast(0f);
        for (var c = 0; c < classes; c += Block)
        {
            var lowered = L.Load(ref logits, (nuint)c) + Mask<L>(c, classes) - top;
            lowered.Store(ref logProbabilities, (nuint)c);
            var e = L.MaskPositive(lowered + L.Broadcast(80f), FastMath.Exp(lowered));
            e.Store(ref probabilities, (nuint)c);
            sum += e;
        }
        var total = sum.Sum();
        var (scale, log) = (L.Broadcast(1f / total), L.Broadcast(FastMath.Log(total)));
        for (var c = 0; c < classes; c += Block)
        {
            (L.Load(ref logProbabilities, (nuint)c) - log).Store(ref logProbabilities, (nuint)c);
            (L.Load(ref probabilities, (nuint)c) * scale).Store(ref probabilities, (nuint)c);
        }
    }
}

/// <summary>Changes of layout of weights that lie in rows of equal length.</summary>
internal static class RowLayout
{
    /// <summary>Gives every row <paramref name="to"/> floats in place of <paramref name="from"/>, new ones 0.</summary>
    public static float[] Widen(float[] values, int from, int to)
    {
        if (from == to || values.Length == 0)
            return values;
        var wide = new float[checked(values.Length / from * to)];
        Widen(values, wide, from, to);
        return wide;
    }

    /// <summary>The same in memory that is aligned.</summary>
    public static AlignedFloats Widen(AlignedFloats values, int from, int to)
    {
        if (from == to || values.Length == 0)
            return values;
        var wide = new AlignedFloats(checked(values.Length / from * to));
        Widen(values.Span, wide.Span, from, to);
        return wide;
    }

    private static void Widen(ReadOnlySpan<float> values, Span<float> wide, int from, int to)
    {
        for (var row = 0; row < values.Length / from; row++)
            values.Slice(row * from, from).CopyTo(wide[(row * to)..]);
    }
}

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
