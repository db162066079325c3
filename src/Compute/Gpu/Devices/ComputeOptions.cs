using System.Text.RegularExpressions;

namespace MoE.Compute.Gpu.Devices;

/// <summary>What the experts are computed on.</summary>
public sealed partial record ComputeOptions
{
    /// <summary>The best GPU for the kinds that it is faster for, where there is one; else the CPU.</summary>
    public const string Auto = "auto";

    /// <summary>The CPU for all.</summary>
    public const string Cpu = "cpu";

    /// <summary>The CPU for all, whatever else there is.</summary>
    public static ComputeOptions CpuAlone { get; } = new() { Device = Cpu };

    /// <summary><see cref="Auto"/>, <see cref="Cpu"/>, or the name of a device, such as cuda:0. Default auto.</summary>
    public string Device { get; init; } = Auto;

    /// <summary>Refuses what cannot be the name of a device, and says what can.</summary>
    /// <exception cref="InvalidOptionsException">It is none.</exception>
    public ComputeOptions Validated() => Device is Auto or Cpu || DeviceNames().IsMatch(Device)
        ? this
        : throw new InvalidOptionsException([
            $"moe.compute.device is '{Device}'; "
                + "it must be auto, cpu, or a device such as cuda:0, opencl:0 or ilgpu-cpu."]);

    [GeneratedRegex(@"^((cuda|opencl):\d{1,3}|ilgpu-cpu)\z")]
    private static partial Regex DeviceNames();
}
