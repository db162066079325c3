using Akka.Actor;
using MoE.Compute.Experts;
using MoE.Compute.Gpu;

namespace MoE.Actors.Devices;

/// <summary>
/// Who is on a device: experts, by the epoch in which their stay began, and copies that newcomers are to begin as, by
/// the newcomer's key.
/// </summary>
internal sealed class ResidentExperts
{
    private readonly Dictionary<long, (string Spec, DeviceExpert? Expert, IActorRef Owner)> _stays = [];
    private readonly Dictionary<long, (string Spec, DeviceExpert Expert)> _copies = [];

    /// <summary>The expert of a stay.</summary>
    public DeviceExpert this[long epoch] => _stays[epoch].Expert!;

    /// <summary>Whom experts on the device belong to.</summary>
    public IEnumerable<IActorRef> Owners => _stays.Values.Select(stay => stay.Owner);

    /// <summary>Whether a stay has begun and is not over.</summary>
    public bool Has(long epoch) => _stays.ContainsKey(epoch);

    /// <summary>Begins a stay; its owner is known even where the device refuses.</summary>
    public void Begin(long epoch, string spec, IActorRef owner, Func<DeviceExpert> add)
    {
        _stays[epoch] = (spec, null, owner);
        _stays[epoch] = (spec, add(), owner);
    }

    /// <summary>Whether a copy is kept for a newcomer.</summary>
    public bool HasCopyFor(long newcomer) => _copies.ContainsKey(newcomer);

    /// <summary>The copy that is kept for a newcomer.</summary>
    public DeviceExpert CopyFor(long newcomer) => _copies[newcomer].Expert;

    /// <summary>Ends a stay, where there is one.</summary>
    public void End(long epoch, IDevicePool pool)
    {
        if (_stays.Remove(epoch, out var stay) && stay.Expert is { } expert)
            pool.Remove(expert);
    }

    /// <summary>Keeps what a newcomer is to begin as, in place of what was kept before.</summary>
    /// <param name="newcomer">The newcomer's key.</param>
    /// <param name="parent">The stay of the expert that was copied.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="pool">The device's experts.</param>
    public void Keep(long newcomer, long parent, DeviceExpert copy, IDevicePool pool)
    {
        DropCopy(newcomer, pool);
        _copies[newcomer] = (_stays[parent].Spec, copy);
    }

    /// <summary>Lets go what was kept for a newcomer, where something was.</summary>
    public void DropCopy(long newcomer, IDevicePool pool)
    {
        if (_copies.Remove(newcomer, out var copy))
            pool.Remove(copy.Expert);
    }

    /// <summary>Ends all that is of a specification.</summary>
    /// <returns>Whom the experts belonged to.</returns>
    public IReadOnlyList<IActorRef> SendAway(string specification, IDevicePool pool)
    {
        foreach (var (newcomer, _) in _copies.Where(copy => copy.Value.Spec == specification).ToList())
            DropCopy(newcomer, pool);
        List<IActorRef> owners = [];
        foreach (var (epoch, stay) in _stays.Where(stay => stay.Value.Spec == specification).ToList())
        {
            End(epoch, pool);
            owners.Add(stay.Owner);
        }
        return [.. owners.Distinct()];
    }
}
