using MoE.Compute.Experts;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Devices;

namespace MoE.Compute.Bench;

/// <summary>The experts of a <see cref="PoolTrial"/>, computed on a device.</summary>
public sealed class DevicePoolTrial : IDisposable
{
    private readonly PoolTrial _trial;
    private readonly DevicePool _pool;
    private readonly DeviceExpert[] _experts;

    /// <summary>Compiles the kernel and copies the experts to the device.</summary>
    public DevicePoolTrial(ComputeDevice device, PoolTrial trial)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(trial);
        _trial = trial;
        _pool = new DevicePool(device.Accelerator, PoolTrial.Schema);
        _experts = trial.AddTo(_pool);
    }

    /// <summary>Takes all experts through the next batch in one launch.</summary>
    public void Run()
    {
        var (batch, rowsOf) = _trial.Take();
        _pool.Run(batch, [.. _experts.Select((expert, e) => new DeviceJob(expert, rowsOf[e], Learns: true))]);
    }

    /// <summary>The same in a launch for every expert, each waited for.</summary>
    public void RunOneByOne()
    {
        var (batch, rowsOf) = _trial.Take();
        foreach (var (e, expert) in _experts.Index())
            _pool.Run(batch, [new DeviceJob(expert, rowsOf[e], Learns: true)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();
}
