namespace MoE.Compute.Gpu.Devices;

/// <summary>An accelerator that was found.</summary>
/// <param name="Name">What it is called in settings: cuda:0, opencl:1, ilgpu-cpu.</param>
/// <param name="Kind">The way to it.</param>
/// <param name="Index">Its place among those of its kind.</param>
/// <param name="Description">What its driver calls it.</param>
/// <param name="Memory">Its memory, in bytes.</param>
/// <param name="IsGpu">Whether it is a GPU; others are used only where they are named.</param>
public sealed record FoundDevice(
    string Name, DeviceKind Kind, int Index, string Description, long Memory, bool IsGpu)
{
    /// <summary>The driver's version.</summary>
    public string Driver { get; init; } = "";
}

/// <summary>Ways to an accelerator, the preferred first.</summary>
public enum DeviceKind
{
    /// <summary>NVIDIA's.</summary>
    Cuda,

    /// <summary>Khronos'.</summary>
    OpenCl,

    /// <summary>ILGPU's emulation on the CPU: exact in what a kernel means, and far too slow for real use.</summary>
    IlgpuCpu,
}
