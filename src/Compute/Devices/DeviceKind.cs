namespace MoE.Compute.Devices;

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
