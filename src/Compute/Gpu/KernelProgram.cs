using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace MoE.Compute.Gpu;

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

/// <summary>
/// A program as OpenCL means it, of one that ILGPU 1.5.3 wrote, in which two things are left to what a GPU happens to
/// do: barriers order what threads wrote to global memory, and not what they wrote to that of their group; and where
/// the group's memory lies is kept in variables of the program, which all groups write.
/// </summary>
internal static partial class OpenClProgram
{
    /// <summary>The same with barriers that order both, and with those variables in each thread.</summary>
    public static CLCompiledKernel Mend(Context context, CLCompiledKernel kernel) => new(
        context, (SeparateViewEntryPoint)EntryPointOf(kernel), kernel.Info, Mend(kernel.Source), kernel.CVersion);

    /// <inheritdoc cref="Mend(Context, CLCompiledKernel)"/>
    public static string Mend(string source)
    {
        source = GlobalFence().Replace(source, "CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE");
        foreach (Match variable in ProgramVariable().Matches(source))
        {
            var (type, name) = (variable.Groups["type"].Value, variable.Groups["name"].Value);
            source = source.Replace(variable.Value, "", StringComparison.Ordinal)
                .Replace($"\t{name} = ", $"\t{type} {name} = ", StringComparison.Ordinal);
        }
        return source;
    }

    // a new program needs the old one's entry point, which only ILGPU itself can see
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);

    [GeneratedRegex(@"\bCLK_GLOBAL_MEM_FENCE\b")]
    private static partial Regex GlobalFence();

    [GeneratedRegex(@"^(?<type>local \w+\*|int) (?<name>shared_var_(len_)?\d+);\r?\n", RegexOptions.Multiline)]
    private static partial Regex ProgramVariable();
}
