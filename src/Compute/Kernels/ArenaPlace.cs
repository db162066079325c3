using System.Reflection;
using ILGPU.Runtime;
using MoE.Compute.Kernels.Programs;

namespace MoE.Compute.Kernels;

/// <summary>Where an arena is, and whose it is.</summary>
/// <param name="Memory">The device's memory, which arenas share.</param>
/// <param name="Specification">What its experts are.</param>
/// <param name="Kernels">The kernels that were compiled for arenas on the device, each once.</param>
internal sealed record ArenaPlace(DeviceMemory Memory, string Specification, ISet<MethodInfo> Kernels)
{
    /// <summary>The device.</summary>
    public Accelerator Accelerator => Memory.Accelerator;

    /// <summary>What launches a kernel, which counts as one of this place's from now on.</summary>
    public TLauncher Load<TLauncher>(Delegate kernel) where TLauncher : Delegate
    {
        Kernels.Add(kernel.Method);
        return KernelProgram.Load<TLauncher>(Accelerator, kernel);
    }
}
