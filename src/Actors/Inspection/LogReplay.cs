using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Rosters;

namespace MoE.Actors.Inspection;

/// <summary>
/// A model that learns a log again, each batch by what computed it the first time, and whose pool changes as the log
/// says.
/// </summary>
internal sealed class LogReplay : IDisposable
{
    private readonly Mixture _mixture;
    private readonly ReplayPlan _plan;
    private readonly Queue<RosterChange> _changes;
    private readonly IReadOnlyList<DroppedExpert> _dropped;
    private IDevicePool? _pool;
    private DeviceSettings? _device;

    /// <summary>A replay that is where it begins, and makes the changes that come before the first batch.</summary>
    /// <param name="mixture">The model there.</param>
    /// <param name="plan">What computed what.</param>
    /// <param name="changes">The changes of the pool since.</param>
    /// <param name="dropped">The experts out of the pool.</param>
    public LogReplay(
        Mixture mixture, ReplayPlan plan, IEnumerable<RosterChange> changes, IReadOnlyList<DroppedExpert> dropped)
    {
        (_mixture, _plan, _changes, _dropped) = (mixture, plan, new(changes), dropped);
        Carry();
    }

    /// <summary>The model as far as it has come.</summary>
    public Mixture Mixture => _mixture;

    /// <summary>
    /// Learns the next batch and makes the changes behind it; does nothing where it cannot be computed as it was.
    /// </summary>
    /// <exception cref="DeviceException">The device refuses or fails.</exception>
    public bool TryLearn(RowBatch rows)
    {
        var batch = _mixture.Gate.Mixed + 1;
        if (batch > _plan.Last)
            return false;
        try
        {
            if (_plan.ChangeAt(batch) is var (placement, device))
                Move(placement, device);
            _mixture.Repeat(rows);
            Carry();
            return true;
        }
        catch (Exception e) when (_device is { } failing && e is not DeviceException)
        {
            failing.GiveUp();
            _pool = null;                                    // what a driver that failed holds goes with the process
            throw new DeviceException($"{failing.Name} failed: {RootCause.Of(e).Message}", e);
        }
    }

    /// <summary>
    /// Puts out of the pool what is to go from a later batch on: one that was learned before its write was done.
    /// </summary>
    public void DropTheRest() => Drop(expert => expert.From > _mixture.Gate.Encoded);

    /// <inheritdoc/>
    public void Dispose() => _pool?.Dispose();

    private void Move(Placement placement, DeviceSettings? device)
    {
        var before = _pool;
        (_device, _pool) = (device, device?.Open(_mixture.Schema));
        _mixture.ComputeOn(_pool, spec => placement.Includes(spec) && device!.Computes(spec));
        before?.Dispose();
    }

    private void Carry()
    {
        var next = _mixture.Gate.Encoded + 1;
        while (_changes.TryPeek(out var change) && change.From == next)
            _mixture.Change(_changes.Dequeue());
        Drop(expert => expert.From == next);
    }

    private void Drop(Func<DroppedExpert, bool> which)
    {
        foreach (var expert in _dropped.Where(which))
            if (_mixture.Roster.Members.Any(member => member.Origin == expert.Id))
                _mixture.Drop(expert);
    }
}
