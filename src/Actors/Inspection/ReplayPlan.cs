using MoE.Actors.Devices;
using MoE.Actors.Gate;

namespace MoE.Actors.Inspection;

/// <summary>
/// What computed the batches behind a point of the log, up to where they can be computed by it again. What is chosen
/// anew holds from a checkpoint on, whose images another device takes over to the bit; a device that is lost between
/// two is another matter.
/// </summary>
/// <param name="Last">The last batch that can be replayed as it was.</param>
/// <param name="Left">What is behind it, and why that cannot be, without a full stop; null for nothing.</param>
internal sealed record ReplayPlan(long Last, string? Left)
{
    private IReadOnlyList<(long From, Placement Placement, DeviceSettings? Device)> Parts { get; init; } = [];

    /// <summary>The devices by which batches are replayed, each once.</summary>
    public IEnumerable<DeviceSettings> Devices =>
        Parts.Where(part => part.From <= Last).Select(part => part.Device).OfType<DeviceSettings>().Distinct();

    /// <summary>Plans the replay.</summary>
    /// <param name="point">The batch behind which it begins.</param>
    /// <param name="state">What the log says.</param>
    /// <param name="find">The device here that stands for one of the log; null where there is none.</param>
    public static ReplayPlan Of(long point, GateState state, Func<Placement, DeviceSettings?> find)
    {
        List<(long From, Placement Placement, DeviceSettings? Device)> parts = [];
        var newest = state.Checkpoint?.Number ?? 0;
        foreach (var (from, placement) in PartsBehind(point, state))
        {
            if (from > point + 1 && from != newest + 1)
                return Until(newest < from ? Math.Max(point, newest) : point,
                    LossBehind(from - 1, parts[^1].Placement, placement));
            var device = placement.IsCpu ? null : find(placement);
            if (!placement.IsCpu && device is null)
                return Until(from - 1, $"batch {from} was computed on {placement}, which is not available here");
            parts.Add((from, placement, device));
        }
        return new ReplayPlan(state.Accepted, null) { Parts = parts };

        ReplayPlan Until(long last, string reason) => new(last, last < state.Accepted
            ? $"batches {last + 1} to {state.Accepted} were not replayed: {reason}"
            : null)
        {
            Parts = parts,
        };
    }

    /// <summary>The device that stands for one of the log: the same, or one described alike; null for none.</summary>
    public static DeviceSettings? Find(IReadOnlyList<DeviceSettings> devices, Placement placement) =>
        devices.FirstOrDefault(device => device.IsOf(placement))
            ?? devices.FirstOrDefault(device => device.Description == placement.Description);

    /// <summary>What is to compute from a batch on; null where that is what computed before.</summary>
    public (Placement Placement, DeviceSettings? Device)? ChangeAt(long batch)
    {
        foreach (var (from, placement, device) in Parts)
            if (from == batch)
                return (placement, device);
        return null;
    }

    private static string LossBehind(long batch, Placement before, Placement after) => before.Device == after.Device
        ? $"{before} had no room for some experts after batch {batch}, and {Placement.Cpu} learned their rows again"
        : $"{before} was lost after batch {batch}, and {after} learned the rows of its experts again";

    /// <summary>What was chosen behind a point, the first from the next batch on; of one batch the last.</summary>
    private static IEnumerable<(long From, Placement Placement)> PartsBehind(long point, GateState state)
    {
        var first = state.Devices.LastOrDefault(chosen => chosen.From <= point + 1)?.Placement ?? Placement.Cpu;
        return state.Devices.Where(chosen => chosen.From > point + 1 && chosen.From <= state.Accepted)
            .Select(chosen => (chosen.From, chosen.Placement)).Prepend((From: point + 1, Placement: first))
            .GroupBy(chosen => chosen.From).Select(same => same.Last());
    }
}
