using Akka.Actor;
using MoE.Compute.Experts;
using MoE.Compute.Gpu;

namespace MoE.Actors.Devices;

/// <summary>
/// A model's experts on a device, by the epoch in which their residence began, and the copies that newcomers are to
/// begin as, by the newcomer's key.
/// </summary>
internal sealed class ResidentExperts
{
    private readonly Dictionary<long, (string Spec, DeviceExpert? Expert, IActorRef Owner)> _residents = [];
    private readonly Dictionary<long, (string Spec, DeviceExpert Expert)> _copies = [];

    /// <summary>The expert of a residence.</summary>
    public DeviceExpert this[long epoch] => _residents[epoch].Expert!;

    /// <summary>The actors of the experts on the device.</summary>
    public IEnumerable<IActorRef> Owners => _residents.Values.Select(resident => resident.Owner);

    /// <summary>Whether a residence has begun and is not over.</summary>
    public bool Has(long epoch) => _residents.ContainsKey(epoch);

    /// <summary>Begins a residence; its owner is known even if the device refuses.</summary>
    public void Begin(long epoch, string spec, IActorRef owner, Func<DeviceExpert> add)
    {
        _residents[epoch] = (spec, null, owner);
        _residents[epoch] = (spec, add(), owner);
    }

    /// <summary>Whether a copy is kept for a newcomer.</summary>
    public bool HasCopyFor(long newcomer) => _copies.ContainsKey(newcomer);

    /// <summary>The copy that is kept for a newcomer.</summary>
    public DeviceExpert CopyFor(long newcomer) => _copies[newcomer].Expert;

    /// <summary>Ends a residence, if there is one.</summary>
    public void End(long epoch, IDevicePool pool)
    {
        if (_residents.Remove(epoch, out var resident) && resident.Expert is { } expert)
            pool.Remove(expert);
    }

    /// <summary>Keeps what a newcomer is to begin as, in place of what was kept before.</summary>
    /// <param name="newcomer">The newcomer's key.</param>
    /// <param name="parent">The residence of the expert that was copied.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="pool">The device's experts.</param>
    public void Keep(long newcomer, long parent, DeviceExpert copy, IDevicePool pool)
    {
        DropCopy(newcomer, pool);
        _copies[newcomer] = (_residents[parent].Spec, copy);
    }

    /// <summary>Removes what was kept for a newcomer, if something was.</summary>
    public void DropCopy(long newcomer, IDevicePool pool)
    {
        if (_copies.Remove(newcomer, out var copy))
            pool.Remove(copy.Expert);
    }

    /// <summary>Ends everything of a specification.</summary>
    /// <returns>The actors of the experts.</returns>
    public IReadOnlyList<IActorRef> Evict(string specification, IDevicePool pool)
    {
        foreach (var (newcomer, _) in _copies.Where(copy => copy.Value.Spec == specification).ToList())
            DropCopy(newcomer, pool);
        List<IActorRef> owners = [];
        foreach (var (epoch, resident) in _residents.Where(one => one.Value.Spec == specification).ToList())
        {
            End(epoch, pool);
            owners.Add(resident.Owner);
        }
        return [.. owners.Distinct()];
    }
}
