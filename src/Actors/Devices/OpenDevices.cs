using MoE.Compute.Gpu.Devices;

namespace MoE.Actors.Devices;

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
