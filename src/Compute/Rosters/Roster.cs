using System.Globalization;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;

namespace MoE.Compute.Rosters;

/// <summary>
/// The pool at one moment: its members in the order in which they came. Immutable; a fold over the log's changes.
/// </summary>
public sealed class Roster
{
    // Before an id, so that it cannot be taken for a number or an option; no id has a colon.
    private const string OnlyId = "id:";

    private readonly Dictionary<long, int> _place;
    private readonly Member[] _members;
    private readonly int[] _slot;

    /// <summary>A roster of given members.</summary>
    /// <param name="members">The members; keys and ids are unique among them.</param>
    /// <param name="nextKey">The key of the next expert that comes.</param>
    public Roster(IReadOnlyList<Member> members, long nextKey)
    {
        ArgumentNullException.ThrowIfNull(members);
        (_members, NextKey) = ([.. members], nextKey);
        _place = members.Index().ToDictionary(m => m.Item.Key, m => m.Index);
        Routed = [.. members.Index().Where(m => m.Item.IsRouted).Select(m => m.Index)];
        _slot = [.. Enumerable.Repeat(-1, members.Count)];
        foreach (var (slot, place) in Routed.Index())
            _slot[place] = slot;
    }

    /// <summary>The members, by place.</summary>
    public IReadOnlyList<Member> Members => _members;

    /// <summary>Number of members.</summary>
    public int Count => _members.Length;

    /// <summary>The key of the next expert that comes.</summary>
    public long NextKey { get; }

    /// <summary>
    /// The router's numbering of its experts: slots 0, 1, 2, ... stand for the routed members, here by their places.
    /// </summary>
    public IReadOnlyList<int> Routed { get; }

    /// <summary>The member at a place.</summary>
    public Member this[int place] => _members[place];

    /// <summary>The roster that a mixture of these options begins with.</summary>
    public static Roster Of(MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Roster(
            [.. options.Pool.Select((spec, place) => Founder(place, spec, options.Seed))],
            options.Pool.Count);
    }

    private static Member Founder(int place, ExpertSpec spec, long seed) =>
        new(place, spec.Id, spec) { Seed = CounterRandom.Seed(seed, spec.Id) };

    /// <summary>Place of the member with this key; -1 if there is none.</summary>
    public int PlaceOf(long key) => _place.GetValueOrDefault(key, -1);

    /// <summary>Slot of the member at a place in the router; -1 for one that is not routed.</summary>
    public int SlotOf(int place) => _slot[place];

    /// <summary>
    /// The member of this id, or of this number in the list, from 1 on; after <c>id:</c> only an id. Null if there
    /// is none, and if id and number mean two, as they may if an earlier version took an id that is a number.
    /// </summary>
    public Member? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.StartsWith(OnlyId, StringComparison.Ordinal))
            return WithId(name[OnlyId.Length..]);
        var (named, numbered) = (WithId(name), WithNumber(name));
        return named is null || numbered is null || named == numbered ? named ?? numbered : null;
    }

    /// <summary>A name by which <see cref="Find"/> finds a member of this roster and no other.</summary>
    public static string NameOf(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        var id = member.Spec.Id;
        return ExpertKinds.IdProblem(id) is null ? id : OnlyId + id;
    }

    /// <summary>Why <see cref="Find"/> found nothing under a name, and what to say instead, in one sentence.</summary>
    internal string NotFound(string name) => WithId(name) is not null && WithNumber(name) is { } numbered
        ? $"'{name}' is the id of one expert and the number of another, '{numbered.Spec.Id}'; "
            + $"write {OnlyId}{name} or {NameOf(numbered)}."
        : $"There is no expert '{name}'." + NearestName.Suggestion(name, Members.Select(m => m.Spec.Id));

    private Member? WithId(string id) => Members.FirstOrDefault(m => m.Spec.Id == id);

    private Member? WithNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= Count ? Members[number - 1] : null;

    /// <summary>The roster after a change. Total: a change that is in the log always applies.</summary>
    public Roster With(RosterChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var others = Members.Where(m => m.Key != change.Member.Key);
        return change.Action switch
        {
            RosterAction.Retired => new Roster([.. others], NextKey),
            RosterAction.Added => new Roster([.. others, change.Member], Math.Max(NextKey, change.Member.Key + 1)),
            _ => new Roster([.. Members.Select(m => m.Key == change.Member.Key ? change.Member : m)], NextKey),
        };
    }

    /// <summary>The roster after changes in their order.</summary>
    public Roster With(IEnumerable<RosterChange> changes) =>
        changes.Aggregate(this, (roster, change) => roster.With(change));
}

/// <summary>What happened to a member of the pool.</summary>
public enum RosterAction
{
    /// <summary>It came.</summary>
    Added,

    /// <summary>It learns no more.</summary>
    Frozen,

    /// <summary>It learns again.</summary>
    Thawed,

    /// <summary>It went; its numbers stay until the log before is deleted.</summary>
    Retired,

    /// <summary>Once routed, it sees every row.</summary>
    Promoted,

    /// <summary>Once shared, it sees the rows for which the router chooses it.</summary>
    Demoted,

    /// <summary>It has another id.</summary>
    Renamed,
}

/// <summary>A change of the pool, as the log holds it.</summary>
/// <param name="From">The first batch that sees the pool so.</param>
/// <param name="Action">What happened.</param>
/// <param name="Member">The member as it is after the change; as it was, if it left.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record RosterChange(long From, RosterAction Action, Member Member, string Reason);
