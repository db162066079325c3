using MoE.Compute.Encoding;

namespace MoE.Compute.Kernels;

/// <summary>An expert's way through a batch.</summary>
/// <param name="Expert">Who walks.</param>
/// <param name="Rows">The rows that it sees, ascending and at least one; null for all.</param>
/// <param name="Learns">Whether it learns them; answers only where not.</param>
public sealed record DeviceWalk(DeviceExpert Expert, int[]? Rows, bool Learns);

/// <summary>A batch, and the experts that go through it, each at most once.</summary>
/// <param name="Batch">The rows.</param>
/// <param name="Walks">The experts' ways.</param>
public sealed record BatchWalk(TrainingBatch Batch, IReadOnlyList<DeviceWalk> Walks);
