using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels;

/// <summary>An expert whose numbers lie on a device.</summary>
public sealed class DeviceExpert
{
    internal DeviceExpert(ArenaLane lane, int slot) => (Lane, Slot) = (lane, slot);

    internal ArenaLane Lane { get; }

    internal int Slot { get; }

    /// <summary>Answers per row.</summary>
    public int Heads => Lane.Arena.Heads;
}
