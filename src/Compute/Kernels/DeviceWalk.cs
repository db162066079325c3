namespace MoE.Compute.Kernels;

/// <summary>An expert's way through a batch.</summary>
/// <param name="Expert">Who walks.</param>
/// <param name="Rows">The rows that it sees, ascending; null for all.</param>
/// <param name="Learns">Whether it learns them; answers only where not.</param>
public sealed record DeviceWalk(DeviceExpert Expert, int[]? Rows, bool Learns);
