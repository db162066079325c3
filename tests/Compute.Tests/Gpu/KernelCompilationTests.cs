using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using MoE.Compute.Experts;
using MoE.Compute.Gpu;
using Xunit;

namespace MoE.Compute.Tests.Gpu;

/// <summary>
/// What the emulation does not show: that GPUs' compilers get a program of every kernel. Here they are written, for a
/// GPU to compile; MOE_PTX names a folder that takes them, so that ptxas and clang can be asked about them.
/// </summary>
public sealed class KernelCompilationTests : IDisposable
{
    private static readonly Dictionary<string, MethodInfo> Methods = Find();

    static KernelCompilationTests() => FusedMath.Register();

    private readonly Context _context = Context.Create(builder => builder.EnableAlgorithms());

    public static TheoryData<string> Kernels => [.. Methods.Keys.Order()];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_kernel_becomes_a_program_for_cuda(string kernel)
    {
        foreach (var (architecture, name) in new[]
            { (CudaArchitecture.SM_80, "sm_80"), (CudaArchitecture.SM_90, "sm_90") })
        {
            using var backend = new PTXBackend(_context, new CudaCapabilityContext(architecture), architecture,
                CudaInstructionSet.ISA_80, nvvmAPI: null);
            var program = Assert.IsType<PTXCompiledKernel>(Compile(backend, kernel)).PTXAssembly;
            // the newest that ILGPU has a use for; the driver makes code of it for what is newer
            Assert.Contains(".target sm_80", program, StringComparison.Ordinal);
            Assert.DoesNotContain(".f64", program, StringComparison.Ordinal);
            Keep($"{kernel}.{name}.ptx", program);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_kernel_becomes_a_program_for_OpenCL(string kernel)
    {
        var program = ProgramForOpenCL(kernel);
        Assert.Contains("kernel void", program, StringComparison.Ordinal);
        Assert.DoesNotContain("double", program, StringComparison.Ordinal);
        // what ILGPU writes where it knows no name for a type, and no compiler takes
        Assert.DoesNotMatch(@"[^\w]\(\)", program);
        Keep($"{kernel}.cl", program);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void No_thread_group_of_OpenCL_shares_a_variable_with_another_and_barriers_order_all_memory(string kernel)
    {
        var program = ProgramForOpenCL(kernel);
        var ofProgram = program[..program.IndexOf("kernel void", StringComparison.Ordinal)];
        Assert.DoesNotContain("shared_var", ofProgram, StringComparison.Ordinal);
        Assert.Equal(Uses(program, @"\bshared_var_\d+ = "), Uses(program, @"\tlocal \w+\* shared_var_\d+ = "));
        Assert.Equal(
            Uses(program, "work_group_barrier"), Uses(program, @"CLK_LOCAL_MEM_FENCE \| CLK_GLOBAL_MEM_FENCE"));
    }

    [Fact]
    public void A_mended_program_differs_in_nothing_else()
    {
        const string before =
            "local float* shared_var_7;\nint shared_var_len_7;\nkernel void K(\n)\n{\n\tint var0;\n"
            + "\tshared_var_7 = (t) memory ;\n\tshared_var_len_7 = (int) length ;\n"
            + "\tvar0 = shared_var_len_7;\n\twork_group_barrier ( CLK_GLOBAL_MEM_FENCE );\n}\n";
        const string after =
            "kernel void K(\n)\n{\n\tint var0;\n"
            + "\tlocal float* shared_var_7 = (t) memory ;\n\tint shared_var_len_7 = (int) length ;\n"
            + "\tvar0 = shared_var_len_7;\n\twork_group_barrier ( CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE );\n}\n";
        Assert.Equal(after, OpenClProgram.Mend(before));
    }

    public void Dispose() => _context.Dispose();

    private static void Keep(string name, string program)
    {
        if (Environment.GetEnvironmentVariable("MOE_PTX") is { } folder)
            File.WriteAllText(Path.Combine(folder, name), program);
    }

    private static int Uses(string program, string pattern) => Regex.Count(program, pattern);

    private string ProgramForOpenCL(string kernel)
    {
        var capabilities = new CLCapabilityContext(
            float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        using var backend = new CLBackend(_context, capabilities, CLDeviceVendor.Other, new CLCVersion(2, 0));
        return OpenClProgram.Mend(_context, Assert.IsType<CLCompiledKernel>(Compile(backend, kernel))).Source;
    }

    private static CompiledKernel Compile(Backend backend, string kernel) => backend.Compile(
        EntryPointDescription.FromExplicitlyGroupedKernel(Methods[kernel]), default(KernelSpecialization));

    /// <summary>
    /// The entries of all classes that are called kernels: what others may call of them.
    /// </summary>
    private static Dictionary<string, MethodInfo> Find() => typeof(DevicePool).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Kernel", StringComparison.Ordinal)
            || type.Name.EndsWith("Kernels", StringComparison.Ordinal))
        .Where(type => type.Namespace!.Split('.').Contains("Gpu") || type.Namespace == "MoE.Compute.Bench")
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(method => method.ReturnType == typeof(void))
        .ToDictionary(method => $"{method.DeclaringType!.Name}.{method.Name}");
}
