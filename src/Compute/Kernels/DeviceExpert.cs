using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels;

/// <summary>An expert whose numbers lie on a device.</summary>
public sealed class DeviceExpert
{
    internal DeviceExpert(ArenaLaunch launch, int slot) => (Launch, Slot) = (launch, slot);

    internal ArenaLaunch Launch { get; }

    internal int Slot { get; }

    /// <summary>Answers per row.</summary>
    public int Heads => Launch.Arena.Heads;
}
