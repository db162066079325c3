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
