using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating.Routing;

/// <summary>
/// The router's scores and biases as they were after a batch. G lies in groups of 16 experts, (N / 16, P, 16), so that
/// 16 scores are computed at once; each is summed in the order of <see cref="PhiRows.Score"/>, to the same bits.
/// </summary>
internal sealed class RouterVersion<L>(int experts, int phiStride) where L : struct, ILanes<L>
{
    /// <summary>The bias of an expert that the version does not know.</summary>
    public const float Unknown = float.NegativeInfinity;

    private readonly float[] _g = new float[ClassRows.Padded(experts) * phiStride];
    private long _number = -1;

    /// <summary>Length of φ, P.</summary>
    public int PhiStride => phiStride;

    /// <summary>Groups of 16 experts.</summary>
    public int Groups => _g.Length / (ClassRows.Block * phiStride);

    /// <summary>The biases (N).</summary>
    public float[] Bias { get; } = new float[experts];

    /// <summary>Takes over the scores as they are now.</summary>
    public void Take(RouterScores<L> scores)
    {
        for (var e = 0; e < experts; e++)
            if (scores.Changed(e) > _number)
                Put(e, scores.Row(e));
        scores.Bias.AsSpan(0, experts).CopyTo(Bias);
        _number = scores.Next;
    }

    /// <summary>The version of other slots, where the members that are new to it are unknown.</summary>
    /// <param name="from">By new slot, the present one; -1 for a new member.</param>
    public RouterVersion<L> Reshaped(ReadOnlySpan<int> from)
    {
        var version = new RouterVersion<L>(from.Length, phiStride);
        var row = new float[phiStride];
        for (var e = 0; e < from.Length; e++)
        {
            version.Bias[e] = from[e] < 0 ? Unknown : Bias[from[e]];
            if (from[e] < 0)
                continue;
            Get(from[e], row);
            version.Put(e, row);
        }
        return version;
    }

    /// <summary>Number of the features from which on φ is 0.</summary>
    public static int Features(ReadOnlySpan<float> phi)
    {
        var count = phi.Length;
        while (count > 0 && phi[count - 1] == 0f)
            count--;
        return count;
    }

    /// <summary>g of the 16 experts of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="phi">φ (P).</param>
    /// <param name="features">From where on φ is 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L Scores(int group, ReadOnlySpan<float> phi, int features)
    {
        ref var g = ref _g[group * phiStride * ClassRows.Block];
        ref var x = ref MemoryMarshal.GetReference(phi);
        // halves are added until one is left, as ILanes.Sum does across the lanes of one expert
        return Quarter(ref g, ref x, 0, features) + Quarter(ref g, ref x, 2, features)
            + (Quarter(ref g, ref x, 1, features) + Quarter(ref g, ref x, 3, features));
    }

    /// <summary>Reads (N, P) scores and N biases out of one array.</summary>
    public void Load(ReadOnlySpan<float> flat)
    {
        for (var e = 0; e < experts; e++)
            Put(e, flat.Slice(e * phiStride, phiStride));
        flat[^experts..].CopyTo(Bias);
        _number = -1;
    }

    /// <summary>Writes (N, P) scores and N biases into one array.</summary>
    public void Save(Span<float> flat)
    {
        for (var e = 0; e < experts; e++)
            Get(e, flat.Slice(e * phiStride, phiStride));
        Bias.CopyTo(flat[^experts..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Quarter(ref float g, ref float x, int first, int features) =>
        Products(ref g, ref x, first, features) + Products(ref g, ref x, first + 8, features)
        + (Products(ref g, ref x, first + 4, features) + Products(ref g, ref x, first + 12, features));

    /// <summary>Σ g[p] φ[p] over the p of one lane: first, first + 16, first + 32, ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Products(ref float g, ref float x, int first, int features)
    {
        var sum = L.Fill(0f);
        for (var p = first; p < features; p += ClassRows.Block)
            sum = L.MultiplyAdd(L.Load(ref g, (nuint)(p * ClassRows.Block)), L.Fill(Unsafe.Add(ref x, p)), sum);
        return sum;
    }

    private Span<float> Lane(int e) =>
        _g.AsSpan((e / ClassRows.Block * phiStride * ClassRows.Block) + (e % ClassRows.Block));

    private void Put(int e, ReadOnlySpan<float> row)
    {
        var lane = Lane(e);
        for (var p = 0; p < row.Length; p++)
            lane[p * ClassRows.Block] = row[p];
    }

    private void Get(int e, Span<float> row)
    {
        var lane = Lane(e);
        for (var p = 0; p < row.Length; p++)
            row[p] = lane[p * ClassRows.Block];
    }
}
