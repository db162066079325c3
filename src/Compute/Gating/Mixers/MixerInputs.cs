using System.Runtime.InteropServices;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Gating.Mixers;

/// <summary>
/// One row as the mixers see it: E inputs (heads of shared experts, then the routed experts' common answer), each with
/// its log-probabilities over C classes, padded to S floats; and the gate features φ (P).
/// </summary>
internal sealed class MixerInputs<L>(int experts, int phiStride) where L : struct, ILanes<L>
{
    /// <summary>
    /// Below this a geometric mixer does not look: one expert's certainty shall not silence all others.
    /// </summary>
    private const float Floor = -7f;

    private float[] _probability = [];
    private float[] _clipped = [];

    /// <summary>Number of inputs, E.</summary>
    public int Experts { get; } = experts;

    /// <summary>Gate features (P).</summary>
    public float[] Phi { get; } = new float[phiStride];

    /// <summary>Probability that each input gave the row's class (E, padded with 1).</summary>
    public float[] OfTruth { get; } = [.. Enumerable.Repeat(1f, ClassVectors.Padded(experts))];

    /// <summary>Its logarithm, as <see cref="HedgeWeights{L}"/> takes it.</summary>
    public float[] LogOfTruth { get; } = new float[ClassVectors.Padded(experts)];

    /// <summary>Classes known, C.</summary>
    public int Classes { get; private set; }

    /// <summary>Length of an input's answer, S.</summary>
    public int Stride { get; private set; }

    /// <summary>Starts a row.</summary>
    public void Begin(ReadOnlySpan<float> phi, int classes, int stride)
    {
        phi.CopyTo(Phi);
        (Classes, Stride) = (classes, stride);
        if (_probability.Length < Experts * stride)
            (_probability, _clipped) = (new float[Experts * stride], new float[Experts * stride]);
    }

    /// <summary>Sets one input by its log-probabilities (S).</summary>
    public void Set(int expert, ReadOnlySpan<float> logProbabilities)
    {
        ref var from = ref MemoryMarshal.GetReference(logProbabilities);
        ref var p = ref _probability[expert * Stride];
        ref var clipped = ref _clipped[expert * Stride];
        for (var c = 0; c < Classes; c += ClassVectors.Block)
        {
            var mask = ClassVectors.Mask<L>(c, Classes);
            var log = L.Load(ref from, (nuint)c) + mask;
            L.MaskPositive(log + L.Broadcast(80f), FastMath.Exp(log)).Store(ref p, (nuint)c);
            L.MaskPositive(mask + L.Broadcast(1f), L.Max(log, L.Broadcast(Floor))).Store(ref clipped, (nuint)c);
        }
    }

    /// <summary>Probabilities (E, S) that the inputs gave; 0 beyond the known classes.</summary>
    public ref float Probabilities => ref MemoryMarshal.GetArrayDataReference(_probability);

    /// <summary>Log-probabilities (E, S), -7 or more; 0 beyond the known classes.</summary>
    public ref float Clipped => ref MemoryMarshal.GetArrayDataReference(_clipped);

    /// <summary>Makes <see cref="OfTruth"/> and <see cref="LogOfTruth"/> those of class <paramref name="y"/>.</summary>
    public void Reveal(int y)
    {
        for (var e = 0; e < Experts; e++)
            OfTruth[e] = _probability[(e * Stride) + y];
        ClassVectors.Log<L>(OfTruth, LogOfTruth, HedgeWeights<L>.Least);
    }
}

/// <summary>Where an input of the mixers stood before the pool changed.</summary>
/// <param name="Old">Its place among the inputs before; -1 for a newcomer.</param>
/// <param name="IsRecall">Whether it is one of the archived experts' common answers.</param>
internal readonly record struct InputOrigin(int Old, bool IsRecall = false);

/// <summary>
/// What the mixers weigh of a pool: the heads of the shared experts that are heard, in the roster's order; then the
/// routed experts' common answer, where rows are routed; then the two common answers of the archived ones, where there
/// are such.
/// </summary>
internal sealed class InputLayout
{
    /// <summary>Common answers of the archived experts.</summary>
    private const int Recalls = 2;

    private readonly (long Key, int Head)[] _keys;
    private readonly long[] _archived;

    /// <summary>The inputs for a batch, which is or is not routed.</summary>
    public InputLayout(Roster roster, long batch, bool routes)
    {
        Routes = routes;
        Shared = [.. roster.Members.Index().Where(m => m.Item.IsHeard(batch)).SelectMany(m => Heads(m.Item, m.Index))];
        Archived = [.. roster.Members.Index().Where(m => m.Item.IsRecalled(batch))
            .Select(m => (m.Index, ExpertKinds.Heads(m.Item.Spec)))];
        _keys = [.. Shared.Select(input => (roster[input.Place].Key, input.Head))];
        _archived = [.. Archived.Select(input => roster[input.Place].Key)];
        NextHeard = roster.Members.Where(m => m.HeardFrom > batch).Select(m => m.HeardFrom)
            .DefaultIfEmpty(long.MaxValue).Min();
    }

    /// <summary>The shared experts' heads: place in the roster, head, heads of that expert.</summary>
    public (int Place, int Head, int Heads)[] Shared { get; }

    /// <summary>The archived experts: place in the roster, heads; the first head counts.</summary>
    public (int Place, int Heads)[] Archived { get; }

    /// <summary>Whether the routed experts' common answer is an input, the one after the shared ones.</summary>
    public bool Routes { get; }

    /// <summary>Where the archived experts' common answers are.</summary>
    public int FirstRecall => _keys.Length + (Routes ? 1 : 0);

    /// <summary>Number of inputs, E.</summary>
    public int Count => FirstRecall + (Archived.Length > 0 ? Recalls : 0);

    /// <summary>The batch with which further members of the same roster are heard.</summary>
    public long NextHeard { get; }

    /// <summary>Whether the inputs are those of another layout, whatever their places in the roster.</summary>
    public bool IsSame(InputLayout other) => Routes == other.Routes && _keys.AsSpan().SequenceEqual(other._keys)
        && Archived.Length > 0 == other.Archived.Length > 0;

    /// <summary>Whether the archived experts are those of another layout.</summary>
    public bool RecallsSame(InputLayout other) => _archived.AsSpan().SequenceEqual(other._archived);

    /// <summary>Where each input stood in the layout before.</summary>
    public InputOrigin[] From(InputLayout before)
    {
        var origins = new InputOrigin[Count];
        for (var i = 0; i < _keys.Length; i++)
            origins[i] = new(Array.IndexOf(before._keys, _keys[i]));
        if (Routes)
            origins[_keys.Length] = new(before.Routes ? before._keys.Length : -1);
        for (var i = FirstRecall; i < Count; i++)
            origins[i] = new(before.Archived.Length > 0 ? before.FirstRecall + i - FirstRecall : -1, IsRecall: true);
        return origins;
    }

    /// <summary>Where each archived expert stood among those of the layout before.</summary>
    public InputOrigin[] RecallsFrom(InputLayout before) =>
        Array.ConvertAll(_archived, key => new InputOrigin(Array.IndexOf(before._archived, key)));

    private static IEnumerable<(int Place, int Head, int Heads)> Heads(Member member, int place)
    {
        var heads = ExpertKinds.Heads(member.Spec);
        return Enumerable.Range(0, heads).Select(head => (place, head, heads));
    }
}
