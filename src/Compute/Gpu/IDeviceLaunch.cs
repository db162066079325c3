using MoE.Compute.Encoding;

namespace MoE.Compute.Gpu;

/// <summary>A launch of a pool, under way since it was begun.</summary>
public interface IDeviceLaunch
{
    /// <summary>Batches that it takes, of those given from the first on; at least one.</summary>
    int Batches { get; }

    /// <summary>Done once the answers are in this machine's memory; fails where the device does.</summary>
    Task Done { get; }

    /// <summary>
    /// Waits for the answers and makes room for another launch; to be asked once, in the order of Begin.
    /// </summary>
    /// <returns>Of each batch, log-probabilities (rows, heads, ClassStride) of each expert, in their order.</returns>
    float[][][] Answers();
}

/// <summary>What an expert does with a batch.</summary>
/// <param name="Expert">The expert.</param>
/// <param name="Rows">The rows that it sees, ascending and at least one; null for all.</param>
/// <param name="Learns">Whether it learns them; answers only where not.</param>
public sealed record DeviceJob(DeviceExpert Expert, int[]? Rows, bool Learns);

/// <summary>A batch, and the experts that take its rows, each at most once.</summary>
/// <param name="Batch">The rows.</param>
/// <param name="Jobs">What each of them does.</param>
public sealed record BatchJobs(TrainingBatch Batch, IReadOnlyList<DeviceJob> Jobs);

/// <summary>
/// A device has no room for the experts of a specification, who are to be computed elsewhere; everything else on it
/// continues.
/// </summary>
/// <param name="specification">The specification.</param>
/// <param name="reason">Why, in half a sentence.</param>
public sealed class DeviceRoomException(string specification, string reason)
    : Exception($"there is no room for '{specification}': {reason}")
{
    /// <summary>The specification.</summary>
    public string Specification => specification;

    /// <summary>Why, in half a sentence.</summary>
    public string Reason => reason;
}
