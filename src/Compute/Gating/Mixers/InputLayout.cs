using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Compute.Gating.Mixers;

/// <summary>Where an input of the mixers stood before the pool changed.</summary>
/// <param name="Old">Its place among the inputs before; -1 for a newcomer.</param>
/// <param name="Parent">The place of the input of which a newcomer began as a copy; -1 for none.</param>
internal readonly record struct InputOrigin(int Old, int Parent);

/// <summary>
/// What the mixers weigh of a pool: the heads of the shared experts that are heard, in the roster's order, then the
/// routed experts' common answer, where rows are routed.
/// </summary>
internal sealed class InputLayout
{
    private readonly (long Key, int Head)[] _keys;
    private readonly Roster _roster;

    /// <summary>The inputs for a batch, which is or is not routed.</summary>
    public InputLayout(Roster roster, long batch, bool routes)
    {
        (_roster, Routes) = (roster, routes);
        Shared = [.. roster.Members.Index().Where(m => m.Item.IsHeard(batch)).SelectMany(m => Heads(m.Item, m.Index))];
        _keys = [.. Shared.Select(input => (roster[input.Place].Key, input.Head))];
        NextHeard = roster.Members.Where(m => m.HeardFrom > batch).Select(m => m.HeardFrom)
            .DefaultIfEmpty(long.MaxValue).Min();
    }

    /// <summary>The shared experts' heads: place in the roster, head, heads of that expert.</summary>
    public (int Place, int Head, int Heads)[] Shared { get; }

    /// <summary>Whether the routed experts' common answer is the last input.</summary>
    public bool Routes { get; }

    /// <summary>Number of inputs, E.</summary>
    public int Count => _keys.Length + (Routes ? 1 : 0);

    /// <summary>The batch with which further members of the same roster are heard.</summary>
    public long NextHeard { get; }

    /// <summary>Whether the inputs are those of another layout, wherever in the roster they stand.</summary>
    public bool IsSame(InputLayout other) => Routes == other.Routes && _keys.AsSpan().SequenceEqual(other._keys);

    /// <summary>Where each input stood in the layout before.</summary>
    public InputOrigin[] From(InputLayout before)
    {
        var origins = new InputOrigin[Count];
        for (var i = 0; i < _keys.Length; i++)
        {
            var (key, head) = _keys[i];
            var parent = _roster[_roster.PlaceOf(key)].Parent;
            origins[i] = new(
                Array.IndexOf(before._keys, (key, head)),
                parent is null ? -1 : Array.IndexOf(before._keys, (parent.Value, head)));
        }
        if (Routes)
            origins[^1] = new(before.Routes ? before.Count - 1 : -1, -1);
        return origins;
    }

    private static IEnumerable<(int Place, int Head, int Heads)> Heads(Member member, int place)
    {
        var heads = ExpertKinds.Heads(member.Spec);
        return Enumerable.Range(0, heads).Select(head => (place, head, heads));
    }
}
