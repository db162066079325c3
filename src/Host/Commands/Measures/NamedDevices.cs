using System.CommandLine;
using MoE.Compute.Gpu.Devices;

namespace MoE.Host.Commands.Measures;

/// <summary>The option that names the accelerator to use.</summary>
internal sealed class NamedDevices(
    string help = "Device to use, such as cuda:0, opencl:0 or ilgpu-cpu. Default: every GPU.")
{
    /// <summary>The option.</summary>
    public Option<string> Device { get; } = TextOption.Of("--device", "NAME", help);

    /// <summary>The named device; all GPUs if none is named.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="problems">Receives problems with the name.</param>
    public IReadOnlyList<FoundDevice> Read(ParseResult line, List<string> problems)
    {
        var found = DeviceSearch.Run().Devices;
        if (line.GetValue(Device) is not { } name)
            return [.. found.Where(device => device.IsGpu)];
        List<FoundDevice> named = [.. found.Where(device => device.Name == name)];
        if (named.Count == 0)
            problems.Add(
                $"{Device.Name} is '{name}'; devices found: {string.Join(", ", found.Select(d => d.Name))}.");
        return named;
    }
}
