using ILGPU.Runtime;
using MoE.Compute.Encoding;

namespace MoE.Compute.Kernels.Launches;

/// <summary>Room on a device for one encoded batch at a time.</summary>
internal sealed class BatchOnDevice(Accelerator accelerator) : IDisposable
{
    private readonly DeviceArray<float> _z = new(accelerator);
    private readonly DeviceArray<float> _rank = new(accelerator);
    private readonly DeviceArray<int> _category = new(accelerator);
    private readonly DeviceArray<int> _targets = new(accelerator);
    private readonly DeviceArray<int> _known = new(accelerator);

    /// <summary>Copies a batch in place of the one before.</summary>
    public BatchView Take(AcceleratorStream stream, EncodedBatch batch) => new()
    {
        Numeric = batch.Numeric,
        Categorical = batch.Categorical,
        ClassStride = batch.ClassStride,
        Z = _z.Copy(stream, batch.Z),
        Rank = _rank.Copy(stream, batch.Rank),
        Category = _category.Copy(stream, batch.Category),
        Targets = _targets.Copy(stream, batch.Targets),
        Known = _known.Copy(stream, batch.Known),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _z.Dispose();
        _rank.Dispose();
        _category.Dispose();
        _targets.Dispose();
        _known.Dispose();
    }
}
