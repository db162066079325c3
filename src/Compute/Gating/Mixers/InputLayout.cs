using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Compute.Gating.Mixers;

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

    /// <summary>Whether the routed experts' common answer is an input, the one behind the shared ones.</summary>
    public bool Routes { get; }

    /// <summary>Where the archived experts' common answers stand.</summary>
    public int FirstRecall => _keys.Length + (Routes ? 1 : 0);

    /// <summary>Number of inputs, E.</summary>
    public int Count => FirstRecall + (Archived.Length > 0 ? Recalls : 0);

    /// <summary>The batch with which further members of the same roster are heard.</summary>
    public long NextHeard { get; }

    /// <summary>Whether the inputs are those of another layout, wherever in the roster they stand.</summary>
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
