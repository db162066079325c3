namespace MoE.Compute.Rosters;

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
/// <param name="Member">The member as it is after the change; as it was, where it went.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record RosterChange(long From, RosterAction Action, Member Member, string Reason);
