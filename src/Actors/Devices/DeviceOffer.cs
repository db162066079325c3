using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Gating.Routing.Gpu;
using MoE.Compute.Gpu.Devices;

namespace MoE.Actors.Devices;

/// <summary>What is to compute a model: the device of a plan, null for the CPU.</summary>
/// <param name="Device">The device.</param>
/// <param name="Placement">What it computes; null where that is to be measured first.</param>
internal sealed record DevicePlan(DeviceSettings? Device, Placement? Placement)
{
    /// <summary>The CPU for all.</summary>
    public static DevicePlan Cpu { get; } = new(null, Devices.Placement.Cpu);
}

/// <summary>What may compute for the experts of a model, and the rule by which one of it is chosen.</summary>
/// <param name="Setting">The setting: auto, cpu or a device's name.</param>
/// <param name="Devices">The devices that there are, the preferred first.</param>
/// <param name="Best">The one to be measured where the setting is auto; null for none.</param>
internal sealed record DeviceOffer(string Setting, IReadOnlyList<DeviceSettings> Devices, DeviceSettings? Best)
{
    /// <summary>The CPU alone.</summary>
    public static DeviceOffer Cpu { get; } = new(ComputeOptions.Cpu, [], null);

    /// <summary>One device, for every kind that it can compute for.</summary>
    public static DeviceOffer Of(DeviceSettings device) => new(device.Name, [device], null);

    /// <summary>Looks for what the options allow. Nothing is looked for where they say cpu.</summary>
    /// <exception cref="Compute.InvalidOptionsException">The device that they name is not there.</exception>
    public static DeviceOffer Find(ComputeOptions options, OpenDevices open)
    {
        if (options.Validated().Device == ComputeOptions.Cpu)
            return Cpu;
        var search = DeviceSearch.Run();
        if (options.Device != ComputeOptions.Auto)
            open.Device(search.Named(options.Device));       // so that a refusal of the driver comes before the model
        List<DeviceSettings> devices = [.. search.Devices.Select(found => new DeviceSettings(found.Name,
            found.Description, schema => new DevicePool(open.Device(found).Accelerator, schema), DevicePool.Computes)
        {
            Scorer = found.IsGpu ? () => new BankOnDevice(open.Device(found).Accelerator) : null,
            GiveUp = () => open.GiveUp(found),
        })];
        return new DeviceOffer(options.Device, devices, devices.FirstOrDefault(d => d.Name == search.Best?.Name));
    }

    /// <summary>
    /// What is to compute from here on. What was chosen before holds, for bits differ between devices, unless the
    /// setting names another device or the one chosen is not there any more.
    /// </summary>
    /// <param name="chosen">What was chosen before.</param>
    /// <param name="isNew">Whether the model has seen nothing yet.</param>
    public DevicePlan Plan(Placement chosen, bool isNew)
    {
        if (Setting == ComputeOptions.Cpu)
            return DevicePlan.Cpu;
        var known = Devices.FirstOrDefault(device => device.IsOf(chosen));
        if (Setting != ComputeOptions.Auto)
        {
            var named = Devices.First(device => device.Name == Setting);
            return new DevicePlan(named, named == known ? chosen : named.All);
        }
        return known is not null ? new DevicePlan(known, chosen)
            : (chosen.IsCpu && !isNew) || Best is null ? DevicePlan.Cpu
            : new DevicePlan(Best, null);
    }
}

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

/// <summary>The devices that a model has opened; each once, and closed together.</summary>
internal sealed class OpenDevices : IDisposable
{
    private readonly Dictionary<string, ComputeDevice> _open = [];

    /// <summary>Opens a device, or gives the open one.</summary>
    /// <exception cref="DeviceException">Its driver refuses.</exception>
    public ComputeDevice Device(FoundDevice found)
    {
        if (!_open.TryGetValue(found.Name, out var device))
            _open[found.Name] = device = ComputeDevice.Open(found);
        return device;
    }

    /// <summary>Leaves a device that has failed as it is: its driver cannot take back what it gave.</summary>
    public void GiveUp(FoundDevice found)
    {
        ArgumentNullException.ThrowIfNull(found);
        _open.Remove(found.Name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var device in _open.Values)
            device.Dispose();
        _open.Clear();
    }
}
