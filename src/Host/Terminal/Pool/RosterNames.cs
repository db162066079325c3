using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Host.Terminal.Pool;

/// <summary>What is told of the pool, as it is written in tables and in JSON.</summary>
internal static class RosterNames
{
    /// <summary>The role in lower case.</summary>
    public static string Name(this ExpertRole role) => role.ToString().ToLowerInvariant();

    /// <summary>What an expert does, in lower case.</summary>
    public static string Name(this ExpertMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>What happened, in lower case.</summary>
    public static string Name(this RosterAction action) => action.ToString().ToLowerInvariant();

    /// <summary>Id of the expert of which a member began as a copy, or that it is gone; null for no copy.</summary>
    public static string? ParentIdOf(this Roster roster, Member member) => member.Parent is not { } key ? null
        : roster.PlaceOf(key) is >= 0 and var place ? roster[place].Spec.Id : "a removed expert";
}
