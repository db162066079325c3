using System.Globalization;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;

namespace MoE.Compute.Rosters;

/// <summary>What a command on the pool comes to: a change, nothing if it holds already, or a refusal.</summary>
/// <param name="Change">The change; null for none.</param>
/// <param name="Refusal">Why the command is refused, in one sentence; null if it is not.</param>
public sealed record RosterDecision(RosterChange? Change, string? Refusal);

/// <summary>The rules of what may be changed about a pool.</summary>
public static class RosterRules
{
    /// <summary>Members that a pool may have at most.</summary>
    public const int MostMembers = 4096;

    /// <summary>Decides on a command.</summary>
    /// <param name="roster">The pool.</param>
    /// <param name="command">What is wished.</param>
    /// <param name="from">The first batch that is to see the pool so.</param>
    /// <param name="seed">The mixture's seed.</param>
    public static RosterDecision Decide(this Roster roster, RosterCommand command, long from, long seed)
    {
        ArgumentNullException.ThrowIfNull(roster);
        return command switch
        {
            AddExpert add => Add(roster, add, from, seed),
            FreezeExpert(var id) => Change(roster, id, m => Freeze(m, from, command)),
            ThawExpert(var id) => Change(roster, id, m => Thaw(m, from, command)),
            RetireExpert(var id) => Change(roster, id, m => IsLastHeard(roster, m, from)
                ? RefuseLast(m)
                : Accept(from, RosterAction.Retired, m, command)),
            PromoteExpert(var id) => Change(roster, id, m => m.Spec.Role == ExpertRole.Shared ? Nothing() : Accept(
                from, RosterAction.Promoted, Moved(m, ExpertRole.Shared, from), command)),
            DemoteExpert(var id) => Change(roster, id, m => m.Spec.Role == ExpertRole.Routed ? Nothing()
                : IsLastHeard(roster, m, from)
                    ? RefuseLast(m)
                    : Accept(from, RosterAction.Demoted, Moved(m, ExpertRole.Routed, from), command)),
            RenameExpert(var id, var name) => Change(roster, id, m => Rename(roster, m, name, from, command)),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "The pool knows no such command."),
        };
    }

    private static RosterDecision Add(Roster roster, AddExpert add, long from, long seed)
    {
        var parent = add.CloneOf is { } name ? roster.Find(name) : null;
        if (add.CloneOf is not null && parent is null)
            return Refuse(roster.NotFound(add.CloneOf));
        if ((add.Text ?? parent?.Spec.Text) is not { } text)
            return Refuse($"The new expert has no kind; known are {string.Join(", ", ExpertKinds.Names)}.");
        if (parent is not null && text != parent.Spec.Text
            && !ExpertKinds.Of(parent.Spec).IsCalled(text))
            return Refuse($"A copy of '{parent.Spec.Id}' is '{parent.Spec.Text}' like it, not '{text}'; leave it out.");
        if (add.Noise is not (>= 0f and <= 1f))
            return Refuse(string.Create(
                CultureInfo.InvariantCulture, $"The noise is {add.Noise}; it must lie in [0, 1]."));
        if (roster.Count >= MostMembers)
            return Refuse($"The pool has {roster.Count} experts, the maximum; retire one first.");
        var key = roster.NextKey;
        var spec = new ExpertSpec(
            add.Id ?? FreeId(roster, parent, text, key),
            add.Role ?? parent?.Spec.Role ?? ExpertRole.Shared, parent?.Spec.Text ?? text);
        List<string> problems = [];
        ExpertKinds.Check(spec, problems);
        if ((problems.FirstOrDefault() ?? IdProblem(roster, spec.Id)) is { } problem)
            return Refuse(problem);
        var origin = $"{spec.Id}.{key}";
        var newcomer = new Member(key, origin, spec)
        {
            Mode = spec.Role == ExpertRole.Archived && add.Mode == ExpertMode.Learning ? ExpertMode.Frozen : add.Mode,
            Since = from,
            HeardFrom = from + 1,
            Seed = parent?.Seed ?? CounterRandom.Seed(add.Seed ?? seed, origin),
            NoiseSeed = CounterRandom.Seed(add.Seed ?? seed, origin),
            Parent = parent?.Key,
            Noise = add.Noise,
        };
        return Accept(from, RosterAction.Added, newcomer, add);
    }

    private static RosterDecision Freeze(Member member, long from, RosterCommand command) => member.Mode switch
    {
        ExpertMode.Frozen => Nothing(),
        ExpertMode.Reserve => Accept(from, RosterAction.Frozen,
            member with { Mode = ExpertMode.Frozen, HeardFrom = from + 1 }, command),
        _ => Accept(from, RosterAction.Frozen, member with { Mode = ExpertMode.Frozen }, command),
    };

    private static RosterDecision Thaw(Member member, long from, RosterCommand command) => member.Mode switch
    {
        not ExpertMode.Learning when member.Spec.Role == ExpertRole.Archived =>
            Refuse($"Expert '{member.Spec.Id}' is archived, and archived experts do not learn; "
                + "promote or demote it first."),
        ExpertMode.Learning => Nothing(),
        ExpertMode.Reserve => Accept(from, RosterAction.Thawed,
            member with { Mode = ExpertMode.Learning, HeardFrom = from + 1 }, command),
        _ => Accept(from, RosterAction.Thawed, member with { Mode = ExpertMode.Learning }, command),
    };

    private static RosterDecision Rename(
        Roster roster, Member member, string name, long from, RosterCommand command) =>
        member.Spec.Id == name ? Nothing()
        : IdProblem(roster, name) is { } problem ? Refuse(problem)
        : Accept(from, RosterAction.Renamed, member with { Spec = member.Spec with { Id = name } }, command);

    private static Member Moved(Member member, ExpertRole role, long from) => member with
    {
        Spec = member.Spec with { Role = role },
        HeardFrom = from + 1,
    };

    private static bool IsLastHeard(Roster roster, Member member, long from) =>
        member.IsHeard(from) && roster.Members.Count(m => m.IsHeard(from)) == 1;

    private static RosterDecision RefuseLast(Member member) => Refuse(
        $"Expert '{member.Spec.Id}' is the last that sees every row; add another shared one first, and let it see a "
        + "batch.");

    // A copy of a copy is called after the first of them, and its own number.
    private static string FreeId(Roster roster, Member? parent, string text, long key)
    {
        var name = parent is null ? text.Split(' ')[0] : parent.Spec.Id;
        var stem = parent?.Parent is not null && name.EndsWith($"-{parent.Key}", StringComparison.Ordinal)
            ? name[..name.LastIndexOf('-')]
            : name;
        if (parent is not null && stem is not [>= 'a' and <= 'z', ..])
            stem = $"{parent.Spec.Kind}-{stem.Trim('-')}".TrimEnd('-');   // an earlier version's: no new id begins so
        stem = stem[..Math.Min(stem.Length, ExpertKinds.MaxIdLength - 24)];
        var ids = roster.Members.Select(m => m.Spec.Id).ToHashSet();
        return Enumerable.Range(0, roster.Count + 1)
            .Select(n => n == 0 ? $"{stem}-{key}" : $"{stem}-{key}-{n}").First(id => !ids.Contains(id));
    }

    private static string? IdProblem(Roster roster, string id) =>
        ExpertKinds.IdProblem(id) is { } problem ? $"An expert cannot be called '{id}'; {problem}"
        : roster.Members.Any(m => m.Spec.Id == id) ? $"There is an expert '{id}' already; give another id."
        : null;

    private static RosterDecision Change(Roster roster, string name, Func<Member, RosterDecision> decide) =>
        roster.Find(name) is { } member ? decide(member) : Refuse(roster.NotFound(name));

    private static RosterDecision Accept(long from, RosterAction action, Member member, RosterCommand command) =>
        new(new RosterChange(from, action, member, command.Reason), null);

    private static RosterDecision Nothing() => new(null, null);

    private static RosterDecision Refuse(string reason) => new(null, reason);
}
