using MoE.Compute.Gpu.Launches;

namespace MoE.Compute.Gpu;

/// <summary>An expert whose numbers lie on a device.</summary>
public sealed class DeviceExpert
{
    internal DeviceExpert(ArenaLane lane, int slot) => (Lane, Slot) = (lane, slot);

    internal ArenaLane Lane { get; }

    internal int Slot { get; }

    /// <summary>Answers per row.</summary>
    public int Heads => Lane.Arena.Heads;
}
