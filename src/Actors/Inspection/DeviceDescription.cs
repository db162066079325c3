using MoE.Actors.Devices;

namespace MoE.Actors.Inspection;

/// <summary>What computed experts of a stored model from a batch on.</summary>
/// <param name="From">The first batch.</param>
/// <param name="Placement">Where they were computed.</param>
public sealed record DeviceDescription(long From, Placement Placement);
