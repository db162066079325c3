using MoE.Compute.Encoding;

namespace MoE.Compute.Gpu;

/// <summary>What an expert does with a batch.</summary>
/// <param name="Expert">The expert.</param>
/// <param name="Rows">The rows that it sees, ascending and at least one; null for all.</param>
/// <param name="Learns">Whether it learns them; answers only where not.</param>
public sealed record DeviceJob(DeviceExpert Expert, int[]? Rows, bool Learns);

/// <summary>A batch, and the experts that take its rows, each at most once.</summary>
/// <param name="Batch">The rows.</param>
/// <param name="Jobs">What each of them does.</param>
public sealed record BatchJobs(TrainingBatch Batch, IReadOnlyList<DeviceJob> Jobs);
