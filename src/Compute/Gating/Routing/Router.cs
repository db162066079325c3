using MoE.Compute.Files;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Gating.Routing;

/// <summary>
/// Scores g = G φ of N routed experts; the k with the highest g + bias see a row. The bias only chooses, it
/// never weighs; it rises for experts that get less than their share (loss-free balancing, Wang et al. 2024). Choices
/// are made by the version of <c>window</c> batches ago, so that they do not depend on how fast answers come.
/// </summary>
internal sealed class Router<L> where L : struct, ILanes<L>
{
    /// <summary>Standard deviation of a fresh expert's scores.</summary>
    private const float Fresh = 0.3f;

    /// <summary>Standard deviation of how far a copy's scores lie from its parent's.</summary>
    private const float Copied = 0.1f;

    private readonly RouterOptions _options;
    private readonly IRouterRule<L> _rule;
    private readonly RouterChoice<L> _choice;
    private readonly RouterVersion<L>[] _versions;
    private readonly int _stride;
    private Roster _roster;
    private RouterScores<L> _scores;
    private float[] _chosenScore = [];

    /// <summary>A router that has learned nothing.</summary>
    public Router(RouterOptions options, Roster roster, int phiStride, int window, ulong seed)
    {
        (_options, _roster, _stride) = (options, roster, phiStride);
        _rule = RuleOf(options, roster.Routed.Count);
        _choice = new RouterChoice<L>(options, _rule.AsksAll);
        _scores = new RouterScores<L>(roster.Routed.Count, phiStride);
        for (var i = 0; i < _scores.G.Length; i++)
            _scores.G[i] = Fresh * CounterRandom.Gaussian(seed, 0, (ulong)i);
        _versions = [.. Enumerable.Range(0, window + 1).Select(_ => new RouterVersion<L>(_scores.Experts, phiStride))];
        foreach (var version in _versions)
            version.Take(_scores);
        _scores.Next++;
    }

    /// <summary>
    /// Prepares <see cref="Choose"/> for the rows of a batch, whose roster may be a later one than the router's
    /// own. Only experts are chosen that the batch's version knows and its roster routes.
    /// </summary>
    /// <returns>Experts chosen per row, K: the smaller of top-k and of those experts' number, or all of them.</returns>
    public int Begin(long batch, int rows, Roster roster) =>
        _choice.Begin(_versions[Math.Max(0, batch - (_versions.Length - 1)) % _versions.Length], _roster, roster, rows);

    /// <summary>
    /// Writes the K best experts for φ (P) of a row, or (B, K) for φ (B, P) of several that follow each other, in slots
    /// of the batch's roster, best first; of equal ones the lowest. A dense router, which scores none for it, writes
    /// all of them by their slots.
    /// </summary>
    public void Choose(ReadOnlySpan<float> phi, Span<int> chosen) => _choice.Choose(phi, chosen);

    /// <summary>Has big banks scored elsewhere, to the same bits.</summary>
    public void ScoreBanks(BankScoring elsewhere) => _choice.ScoreBanks(elsewhere);

    /// <summary>Weights of the chosen experts: softmax of their present scores, without the bias.</summary>
    public void Weigh(ReadOnlySpan<float> phi, ReadOnlySpan<int> chosen, Span<float> weight)
    {
        if (_chosenScore.Length < chosen.Length)
            _chosenScore = new float[chosen.Length];
        var top = float.MinValue;
        for (var i = 0; i < chosen.Length; i++)
        {
            _chosenScore[i] = _scores.Of(chosen[i], phi);
            top = Math.Max(top, _chosenScore[i]);
        }
        var sum = 0f;
        for (var i = 0; i < chosen.Length; i++)
            sum += weight[i] = FastMath.Exp(_chosenScore[i] - top);
        for (var i = 0; i < chosen.Length; i++)
            weight[i] /= sum;
    }

    /// <summary>
    /// Teaches the scores by the router's rule, and bias_e += biasRate (K / N - [e chosen]) where it keeps one.
    /// </summary>
    public void Learn(
        ReadOnlySpan<float> phi, ReadOnlySpan<int> chosen, ReadOnlySpan<float> weight, ReadOnlySpan<float> ofTruth,
        ReadOnlySpan<bool> right)
    {
        if (chosen.Length == 0)
            return;
        _rule.Learn(_scores, new RoutedRow(phi, chosen, weight, ofTruth, right));
        if (!_rule.KeepsBias)
            return;
        _scores.Raise(_options.BiasRate * chosen.Length / _scores.Experts);
        foreach (var e in chosen)
            _scores.Bias[e] -= _options.BiasRate;
    }

    /// <summary>Keeps the present scores as the version after batch <paramref name="batch"/>.</summary>
    public void Mark(long batch)
    {
        _versions[batch % _versions.Length].Take(_scores);
        _scores.Next++;
    }

    /// <summary>
    /// Continues with a roster from the next batch to be mixed on. Who stays keeps its scores, bias and versions to the
    /// bit; versions from before do not know who came.
    /// </summary>
    public void Reshape(Roster roster)
    {
        var (before, from) = (_roster, SlotMap.Of(roster, _roster));
        _roster = roster;
        if (SlotMap.IsIdentity(from, _scores.Experts))
            return;
        var scores = new RouterScores<L>(from.Length, _stride) { Next = _scores.Next };
        var even = Even(from);
        for (var e = 0; e < from.Length; e++)
        {
            if (from[e] < 0)
            {
                Newcomer(roster[roster.Routed[e]], before, even, scores, e);
                continue;
            }
            _scores.Row(from[e]).CopyTo(scores.Row(e));
            scores.Bias[e] = _scores.Bias[from[e]];
        }
        for (var v = 0; v < _versions.Length; v++)
            _versions[v] = _versions[v].Reshaped(from);
        _scores = scores;
        _rule.Reshape(from);
    }

    public void Save(StateWriter state)
    {
        state.Write<float>(_scores.G);
        state.Write<float>(_scores.Bias.AsSpan(0, _scores.Experts));
        var flat = new float[_scores.G.Length + _scores.Experts];
        foreach (var version in _versions)
        {
            version.Save(flat);
            state.Write<float>(flat);
        }
        _rule.Save(state);
    }

    public void Load(StateReader state)
    {
        state.Read<float>(_scores.G);
        state.Read<float>(_scores.Bias.AsSpan(0, _scores.Experts));
        var flat = new float[_scores.G.Length + _scores.Experts];
        foreach (var version in _versions)
        {
            state.Read<float>(flat);
            version.Load(flat);
        }
        _rule.Load(state);
    }

    private static IRouterRule<L> RuleOf(RouterOptions options, int experts) => options.Kind switch
    {
        RouterKind.Linear => new LinearRule<L>(options.Rate),
        RouterKind.Switch => new SwitchRule<L>(options.Rate, options.Auxiliary, experts),
        RouterKind.Competence => new CompetenceRule<L>(options.Rate),
        RouterKind.Dense => new DenseRule<L>(options.Rate),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Kind, "The router kind is unknown."),
    };

    /// <summary>Mean bias of those who stay.</summary>
    private float Even(ReadOnlySpan<int> from)
    {
        var (sum, count) = (0d, 0);
        foreach (var e in from)
            if (e >= 0)
                (sum, count) = (sum + _scores.Bias[e], count + 1);
        return count == 0 ? 0f : (float)(sum / count);
    }

    private void Newcomer(Member member, Roster before, float even, RouterScores<L> scores, int slot)
    {
        var place = member.Parent is { } key ? before.PlaceOf(key) : -1;
        var parent = place < 0 ? -1 : before.SlotOf(place);
        var seed = CounterRandom.Seed((long)CounterRandom.Seed((long)member.Seed, member.Origin), "router");
        var row = scores.Row(slot);
        for (var p = 0; p < row.Length; p++)
            row[p] = parent < 0 ? Fresh * CounterRandom.Gaussian(seed, 0, (ulong)p)
                : _scores.Row(parent)[p] + (Copied * CounterRandom.Gaussian(seed, 0, (ulong)p));
        scores.Bias[slot] = parent < 0 ? even : _scores.Bias[parent];
    }
}

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

    /// <summary>Number of the version that the scores become next; 1 or more.</summary>
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

/// <summary>The slots of one roster in the numbering of another.</summary>
internal static class SlotMap
{
    /// <summary>
    /// By slot of <paramref name="roster"/>, the slot of the same member in <paramref name="other"/>; -1 if it was
    /// not routed there, or not without a break. Slots that are not -1 rise.
    /// </summary>
    public static int[] Of(Roster roster, Roster other)
    {
        var slots = new int[roster.Routed.Count];
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var member = roster[roster.Routed[slot]];
            var place = other.PlaceOf(member.Key);
            // an expert that leaves the routed ones and comes back counts from another batch on: a newcomer here
            slots[slot] = place >= 0 && other[place].HeardFrom == member.HeardFrom ? other.SlotOf(place) : -1;
        }
        return slots;
    }

    /// <summary>Whether a map of this many slots leaves all of them where they are.</summary>
    public static bool IsIdentity(ReadOnlySpan<int> map, int slots)
    {
        for (var slot = 0; slot < map.Length; slot++)
            if (map[slot] != slot)
                return false;
        return map.Length == slots;
    }
}
