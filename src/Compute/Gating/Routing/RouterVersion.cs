using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing;

/// <summary>
/// The router's scores and biases as they were after a batch. G lies in groups of 16 experts, (N / 16, P, 16), so that
/// 16 scores are computed at once.
/// </summary>
internal sealed class RouterVersion<L>(int experts, int phiStride) where L : struct, ILanes<L>
{
    /// <summary>The bias of an expert that the version does not know.</summary>
    public const float Unknown = float.NegativeInfinity;

    private readonly float[] _g = new float[ClassVectors.Padded(experts) * phiStride];
    private long _number = -1;

    /// <summary>Groups of 16 experts.</summary>
    public int Groups => _g.Length / (ClassVectors.Block * phiStride);

    /// <summary>The biases (N).</summary>
    public float[] Bias { get; } = new float[experts];

    /// <summary>The version as a bank with other biases, at least as many as its groups have experts.</summary>
    public RouterBank Bank(float[] bias) => new(_g, bias, phiStride);

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

    private Span<float> Lane(int e) =>
        _g.AsSpan((e / ClassVectors.Block * phiStride * ClassVectors.Block) + (e % ClassVectors.Block));

    private void Put(int e, ReadOnlySpan<float> row)
    {
        var lane = Lane(e);
        for (var p = 0; p < row.Length; p++)
            lane[p * ClassVectors.Block] = row[p];
    }

    private void Get(int e, Span<float> row)
    {
        var lane = Lane(e);
        for (var p = 0; p < row.Length; p++)
            row[p] = lane[p * ClassVectors.Block];
    }
}
