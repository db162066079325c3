using MoE.Actors.Devices;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;

namespace MoE.Actors.Inspection;

/// <summary>An expert of the roster and where it comes from.</summary>
/// <param name="Member">What it is, what it does, how it came.</param>
/// <param name="Dropped">From when on it is out of the pool, and why; null while it is in it.</param>
/// <param name="Image">After which batch its newest image was taken; 0 for one that has seen nothing.</param>
/// <param name="Bytes">Bytes of that image.</param>
public sealed record ExpertDescription(Member Member, DroppedExpert? Dropped, long Image, long Bytes)
{
    /// <summary>Its id, role, kind and options.</summary>
    public ExpertSpec Spec => Member.Spec;

    /// <summary>The first batch that it could learn.</summary>
    public long Since => Member.Since;
}

/// <summary>What computed experts of a stored model from a batch on.</summary>
/// <param name="From">The first batch.</param>
/// <param name="Placement">Where they were computed.</param>
public sealed record DeviceDescription(long From, Placement Placement);
