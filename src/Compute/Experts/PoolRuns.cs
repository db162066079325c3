using MoE.Compute.Encoding;
using MoE.Compute.Gpu;

namespace MoE.Compute.Experts;

/// <summary>Runs of a pool that are waited for.</summary>
public static class PoolRuns
{
    /// <summary>Takes experts through consecutive batches, in as few launches as can be.</summary>
    /// <returns>Of each batch, log-probabilities (rows, heads, ClassStride) of each expert, in their order.</returns>
    public static float[][][] Run(this IDevicePool pool, IReadOnlyList<BatchJobs> batches)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(batches);
        List<float[][]> answers = [];
        while (answers.Count < batches.Count)
            answers.AddRange(pool.Begin([.. batches.Skip(answers.Count)]).Answers());
        return [.. answers];
    }

    /// <summary>Takes experts through one batch, each at most once.</summary>
    /// <returns>Log-probabilities (rows, heads, ClassStride) of each, in their order.</returns>
    public static float[][] Run(this IDevicePool pool, TrainingBatch batch, IReadOnlyList<DeviceJob> jobs) =>
        pool.Run([new BatchJobs(batch, jobs)])[0];
}
