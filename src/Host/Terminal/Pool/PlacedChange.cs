using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Host.Terminal.Pool;

/// <summary>A change of the pool, with its row in a run.</summary>
/// <param name="Row">Rows learned before it.</param>
/// <param name="Change">The change.</param>
/// <param name="Parent">Id of the expert that the new expert is a copy of; null for none.</param>
internal sealed record PlacedChange(long Row, RosterChange Change, string? Parent)
{
    /// <summary>The change, as in "added bank-3-24 (routed, mlp hidden=16, copy of bank-3)".</summary>
    public string Text => Describe(Change, Parent);

    /// <summary>Describes a change without its row and its reason.</summary>
    public static string Describe(RosterChange change, string? parent)
    {
        var (spec, mode) = (change.Member.Spec, change.Member.Mode);
        return change.Action switch
        {
            RosterAction.Added => $"added {spec.Id} ({spec.Role.Name()}, {spec.Text}"
                + (parent is null ? "" : $", copy of {parent}")
                + (mode == ExpertMode.Learning ? ")" : $", {mode.Name()})"),
            RosterAction.Promoted or RosterAction.Demoted => $"{change.Action.Name()} {spec.Id} to {spec.Role.Name()}",
            RosterAction.Renamed => $"renamed to {spec.Id}",
            _ => $"{change.Action.Name()} {spec.Id}",
        };
    }
}

/// <summary>The names of roles, modes and actions in tables and in JSON.</summary>
internal static class RosterNames
{
    /// <summary>The role in lower case.</summary>
    public static string Name(this ExpertRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The mode in lower case.</summary>
    public static string Name(this ExpertMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>The action in lower case.</summary>
    public static string Name(this RosterAction action) => action.ToString().ToLowerInvariant();

    /// <summary>
    /// Id of the expert that a member is a copy of, or that this expert was removed; null if it is no copy.
    /// </summary>
    public static string? ParentIdOf(this Roster roster, Member member) => member.Parent is not { } key ? null
        : roster.PlaceOf(key) is >= 0 and var place ? roster[place].Spec.Id : "a removed expert";
}
