using MoE.Compute.Experts;
using MoE.Compute.Gating;

namespace MoE.Actors.Inspection;

/// <summary>An expert of the roster and where it comes from.</summary>
/// <param name="Spec">What it is.</param>
/// <param name="Since">The first batch that it could learn.</param>
/// <param name="Dropped">From when on it is out of the pool, and why; null while it is in it.</param>
/// <param name="Image">After which batch its newest image was taken; 0 for one that has seen nothing.</param>
/// <param name="Bytes">Bytes of that image.</param>
public sealed record ExpertPicture(ExpertSpec Spec, long Since, DroppedExpert? Dropped, long Image, long Bytes);
