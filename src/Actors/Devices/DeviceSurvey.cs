using System.Globalization;
using MoE.Actors.Devices.Trials;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Rosters;

namespace MoE.Actors.Devices;

/// <summary>What a device is to a pool.</summary>
/// <param name="Status">The device, and what it took to compile its kernels.</param>
/// <param name="Timings">How fast each specification is there, and on the CPU.</param>
public sealed record TriedDevice(DeviceStatus Status, IReadOnlyList<KindTiming> Timings);

/// <summary>What devices this machine has, and what a new model would do with them.</summary>
/// <param name="Search">What was found, and why there is no more.</param>
/// <param name="Kinds">The kinds of expert that have kernels.</param>
/// <param name="Tried">The device that the options mean; null where that is the CPU.</param>
/// <param name="Placement">What a new model would be computed on.</param>
public sealed record DeviceSurvey(
    DeviceSearch Search, IReadOnlyList<string> Kinds, TriedDevice? Tried, Placement Placement)
{
    /// <summary>Looks for devices, and tries out the one that the options mean; it takes a second more.</summary>
    /// <param name="compute">Which device.</param>
    /// <param name="schema">The columns of the rows that it is tried out with.</param>
    /// <param name="options">The pool.</param>
    /// <exception cref="InvalidOptionsException">The device that is named is not there.</exception>
    /// <exception cref="DeviceException">The device refuses.</exception>
    public static DeviceSurvey Run(ComputeOptions compute, Schema schema, MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(compute);
        using var open = new OpenDevices();
        var search = DeviceSearch.Run();
        var kinds = ExpertKinds.Names.Where(
            kind => DevicePool.Computes(new ExpertSpec(kind, ExpertRole.Shared, kind))).ToList();
        var (device, placement) = DeviceOffer.Find(compute, open).Plan(Placement.Cpu, isNew: true);
        if (device is null)
            return new DeviceSurvey(search, kinds, null, Placement.Cpu);
        try
        {
            var trial = DeviceTrial.Here(schema, options, Roster.Of(options).Members);
            var timings = trial.Time(device);
            using var pool = device.Open(schema);
            var taken = trial.Begin(device, pool, placement ?? DeviceTrial.Choose(device, timings));
            return new DeviceSurvey(search, kinds, new TriedDevice(taken.Status, timings), taken.Placement);
        }
        catch (Exception e) when (e is not DeviceException)
        {
            device.GiveUp();
            throw new DeviceException($"{device.Name} failed: {RootCause.Of(e).Message}", e);
        }
    }
}

/// <summary>A device that computes for experts of a model.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Description">What its driver calls it.</param>
/// <param name="Kinds">The kinds of expert that it computes.</param>
/// <param name="Kernels">Kernels that were compiled, for what it computes and for what it was tried out with.</param>
/// <param name="Compiling">How long that took.</param>
public sealed record DeviceStatus(
    string Device, string Description, IReadOnlyList<string> Kinds, int Kernels, TimeSpan Compiling)
{
    /// <summary>Why it does not compute for more, a sentence for each specification that it has no room for.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>As in "cuda:0: NVIDIA H200, 2 kinds (fern, mlp), 2 kernels compiled in 410 ms".</summary>
    public override string ToString() =>
        $"{Device}: {Description}, {Counted(Kinds.Count, "kind")} ({string.Join(", ", Kinds)}), "
        + string.Create(CultureInfo.InvariantCulture,
            $"{Counted(Kernels, "kernel")} compiled in {Compiling.TotalMilliseconds:F0} ms");

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
