using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;

namespace MoE.Actors.Devices;

/// <summary>A device that may compute for experts.</summary>
/// <param name="Name">Its name, such as cuda:0.</param>
/// <param name="Description">What its driver calls it.</param>
/// <param name="Open">Makes a pool without experts on it, for rows of these columns.</param>
/// <param name="Computes">Whether it can compute for experts of a specification; the CPU does for the others.</param>
internal sealed record DeviceSettings(
    string Name, string Description, Func<Schema, IDevicePool> Open, Func<ExpertSpec, bool> Computes)
{
    /// <summary>Makes one who chooses routed experts on it, to the same bits; null where that never pays.</summary>
    public Func<IBankScorer>? Scorer { get; init; }

    /// <summary>Told when the device has failed, and is not to be closed any more.</summary>
    public Action GiveUp { get; init; } = () => { };

    /// <summary>Whether this is the device of a placement.</summary>
    public bool IsOf(Placement placement) => (Name, Description) == (placement.Device, placement.Description);

    /// <summary>Every kind for which it can compute.</summary>
    public Placement All => new(Name, Description,
        [.. ExpertKinds.Names.Where(kind => Computes(new ExpertSpec(kind, ExpertRole.Shared, kind)))
            .Select(Placement.AllOf)]);
}
