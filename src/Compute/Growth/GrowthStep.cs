using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Compute.Growth;

/// <summary>What a step does to the pool.</summary>
internal enum GrowthAct
{
    /// <summary>A copy of the expert as it is then comes as a reserve: it is not asked.</summary>
    Reserve,

    /// <summary>A copy of the expert as it is then joins the archive.</summary>
    Archive,

    /// <summary>The reserve joins the archive.</summary>
    Join,

    /// <summary>The expert goes.</summary>
    Retire,

    /// <summary>A copy of the routed expert comes that is a little different and learns.</summary>
    Clone,
}

/// <summary>One change that was decided on.</summary>
/// <param name="At">The batch from which on it is to hold.</param>
/// <param name="Act">What it does.</param>
/// <param name="Key">The expert that it is about.</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record GrowthStep(long At, GrowthAct Act, long Key, string Reason)
{
    /// <summary>Standard deviation of the noise that makes two experts of one.</summary>
    private const float CloneNoise = 0.01f;

    /// <summary>The step as a command on a pool; null where the expert is not there any more.</summary>
    public RosterCommand? For(Roster roster) => roster.PlaceOf(Key) is >= 0 and var place
        ? Command(Roster.NameOf(roster[place])) with { Reason = Reason }
        : null;

    private RosterCommand Command(string id) => Act switch
    {
        GrowthAct.Reserve => new AddExpert { CloneOf = id, Role = ExpertRole.Archived, Mode = ExpertMode.Reserve },
        GrowthAct.Archive => new AddExpert { CloneOf = id, Role = ExpertRole.Archived, Mode = ExpertMode.Frozen },
        GrowthAct.Join => new FreezeExpert(id),
        GrowthAct.Clone => new AddExpert { CloneOf = id, Noise = CloneNoise },
        _ => new RetireExpert(id),
    };
}
