using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace MoE.Compute.Kernels.Programs;

/// <summary>Kernels as programs of one device, each compiled once.</summary>
internal static class KernelProgram
{
    private static readonly ConditionalWeakTable<Accelerator, ConcurrentDictionary<MethodInfo, Kernel>> Loaded = [];

    /// <summary>What launches a kernel: its stream and its groups come first, then what the kernel takes.</summary>
    /// <param name="accelerator">Where it is to run; it disposes of the program.</param>
    /// <param name="kernel">A static method without a return value, to be launched in groups.</param>
    /// <exception cref="ILGPU.InternalCompilerException">It has no program on this device.</exception>
    public static TLauncher Load<TLauncher>(Accelerator accelerator, Delegate kernel) where TLauncher : Delegate =>
        Loaded.GetOrCreateValue(accelerator)
            .GetOrAdd(kernel.Method, method => Compile(accelerator, method))
            .CreateLauncherDelegate<TLauncher>();

    private static Kernel Compile(Accelerator accelerator, MethodInfo method) => accelerator is CLAccelerator openCl
        ? openCl.LoadKernel(OpenClProgram.Mend(accelerator.Context, (CLCompiledKernel)openCl.Backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(method), default)))
        : accelerator.LoadKernel(method);
}
