using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Devices;
using MoE.Compute.Kernels;

namespace MoE.Actors.Inspection;

/// <summary>A model that learns a log again, each batch by what computed it the first time.</summary>
/// <param name="mixture">The model where the walk begins.</param>
/// <param name="plan">What computed what.</param>
internal sealed class LogWalk(Mixture mixture, WalkPlan plan) : IDisposable
{
    private IDevicePool? _pool;
    private DeviceSettings? _device;

    /// <summary>The model as far as it has come.</summary>
    public Mixture Mixture => mixture;

    /// <summary>Learns the next batch; does nothing where it cannot be computed as it was.</summary>
    /// <exception cref="DeviceException">The device refuses or fails.</exception>
    public bool TryLearn(RowBatch rows)
    {
        var batch = mixture.Gate.Mixed + 1;
        if (batch > plan.Last)
            return false;
        try
        {
            if (plan.ChangeAt(batch) is var (placement, device))
                Move(placement, device);
            mixture.Learn(rows);
            return true;
        }
        catch (Exception e) when (_device is { } failing && e is not DeviceException)
        {
            failing.GiveUp();
            _pool = null;                                    // what a driver that failed holds goes with the process
            throw new DeviceException($"{failing.Name} failed: {RootCause.Of(e).Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pool?.Dispose();

    private void Move(Placement placement, DeviceSettings? device)
    {
        var before = _pool;
        (_device, _pool) = (device, device?.Open());
        mixture.ComputeOn(_pool, spec => placement.Includes(spec) && device!.Computes(spec));
        before?.Dispose();
    }
}
