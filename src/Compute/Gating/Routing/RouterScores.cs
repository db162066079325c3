using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing;

/// <summary>The present scores g = G φ of N routed experts, and when each was last changed.</summary>
internal sealed class RouterScores<L> where L : struct, ILanes<L>
{
    private readonly long[] _changed;

    public RouterScores(int experts, int phiStride)
    {
        (Experts, Stride) = (experts, phiStride);
        G = new float[experts * phiStride];
        Bias = new float[ClassVectors.Padded(experts)];
        _changed = new long[experts];
    }

    /// <summary>Experts, N.</summary>
    public int Experts { get; }

    /// <summary>Length of φ, P.</summary>
    public int Stride { get; }

    /// <summary>G (N, P).</summary>
    public float[] G { get; }

    /// <summary>The bias of the choice (N), padded to whole blocks.</summary>
    public float[] Bias { get; }

    /// <summary>Number of the version that is made of the scores next; 1 or more.</summary>
    public long Next { get; set; } = 1;

    /// <summary>Row e of G.</summary>
    public Span<float> Row(int e) => G.AsSpan(e * Stride, Stride);

    /// <summary>Number of the first version that has the scores of an expert as they are now.</summary>
    public long Changed(int e) => _changed[e];

    /// <summary>g_e.</summary>
    public float Of(int e, ReadOnlySpan<float> phi) => PhiRows.Score<L>(G, e, phi);

    /// <summary>G_e += step · φ.</summary>
    public void Add(int e, float step, ReadOnlySpan<float> phi)
    {
        PhiRows.Add<L>(G, e, step, phi);
        _changed[e] = Next;
    }

    /// <summary>bias_e += step for all e.</summary>
    public void Raise(float step)
    {
        var rise = L.Broadcast(step);
        for (nuint e = 0; e < (nuint)Bias.Length; e += ClassVectors.Block)
            (L.Load(ref Bias[0], e) + rise).Store(ref Bias[0], e);
    }
}
