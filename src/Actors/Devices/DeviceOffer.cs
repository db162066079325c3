using MoE.Compute.Experts;
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
