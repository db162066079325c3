using MoE.Compute.Encoding;

namespace MoE.Compute.Kernels;

/// <summary>Walks that are waited for.</summary>
public static class PoolWalks
{
    /// <summary>Takes experts through consecutive batches, in as few launches as can be.</summary>
    /// <returns>Of each batch, log-probabilities (rows, heads, ClassStride) of each expert, in their order.</returns>
    public static float[][][] Walk(this IDevicePool pool, IReadOnlyList<BatchWalk> batches)
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
    public static float[][] Walk(this IDevicePool pool, TrainingBatch batch, IReadOnlyList<DeviceWalk> walks) =>
        pool.Walk([new BatchWalk(batch, walks)])[0];
}
