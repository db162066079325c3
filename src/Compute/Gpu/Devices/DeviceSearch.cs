using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ILGPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MoE.Compute.Gpu.Devices;

/// <summary>What accelerators this machine has, and why it has no others.</summary>
/// <param name="Devices">Those found, the preferred first; ILGPU's emulation, which is everywhere, last.</param>
/// <param name="Missing">A sentence for each way to an accelerator that led to none.</param>
public sealed record DeviceSearch(IReadOnlyList<FoundDevice> Devices, IReadOnlyList<string> Missing)
{
    private const string CudaName = "cuda";
    private const string OpenClName = "OpenCL";

    private static readonly FoundDevice Emulation = new(
        "ilgpu-cpu", DeviceKind.IlgpuCpu, 0, "ILGPU's emulation on the CPU, for tests",
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, IsGpu: false)
    {
        Driver = "ILGPU",
    };

    /// <summary>The best GPU; null if there is none.</summary>
    public FoundDevice? Best => Devices.FirstOrDefault(device => device.IsGpu);

    /// <summary>The device of a name.</summary>
    /// <exception cref="InvalidOptionsException">There is none; it says what there is instead, and why.</exception>
    public FoundDevice Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var way = name.Split(':')[0];
        var reasons = Missing.Where(reason => reason.StartsWith(way, StringComparison.OrdinalIgnoreCase));
        return Devices.FirstOrDefault(device => device.Name == name) ?? throw new InvalidOptionsException([
            PlainText.OneLine(string.Join(' ', reasons.Prepend($"moe.compute.device is '{name}', which was not found; "
                + $"found: cpu, {string.Join(", ", Devices.Select(d => $"{d.Name} ({d.Description})"))}.")))]);
    }

    /// <summary>Looks for accelerators. Where no driver is installed it loads none of ILGPU.</summary>
    public static DeviceSearch Run()
    {
        DriverLibraries.Map();
        List<FoundDevice> found = [];
        List<string> missing = [];
        var (hasCuda, hasOpenCl) = (DriverLibraries.Has(CudaName), DriverLibraries.Has(OpenClName));
        if (!hasCuda)
            missing.Add($"CUDA: {DriverLibraries.Cuda} was not found; install the driver of an NVIDIA GPU to use one.");
        if (!hasOpenCl)
            missing.Add($"OpenCL: {DriverLibraries.OpenCl} was not found; install a loader and a driver to use one.");
        if (hasCuda || hasOpenCl)
            Look(hasCuda, hasOpenCl, found, missing);
        return new DeviceSearch([.. found, Emulation], missing);
    }

    private static void Look(bool hasCuda, bool hasOpenCl, List<FoundDevice> found, List<string> missing)
    {
        using var context = Context.Create(builder =>
        {
            if (hasCuda)
                builder.Cuda();
            if (hasOpenCl)
                builder.OpenCL();
        });
        foreach (var device in context.GetCudaDevices())
            found.Add(new FoundDevice(
                $"cuda:{found.Count}", DeviceKind.Cuda, found.Count, device.Name, device.MemorySize, IsGpu: true)
            {
                Driver = $"CUDA {device.DriverVersion}",
            });
        if (hasCuda && found.Count == 0)
            missing.Add("CUDA: its driver lists no GPU that ILGPU can use.");
        var before = found.Count;
        foreach (var device in context.GetCLDevices())
            found.Add(new FoundDevice($"opencl:{found.Count - before}", DeviceKind.OpenCl, found.Count - before,
                $"{device.Name} ({device.PlatformName})", device.MemorySize,
                IsGpu: device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU))
            {
                Driver = $"{device.PlatformVersion}",
            });
        if (hasOpenCl && found.Count == before)
            missing.Add("OpenCL: its drivers list no device that ILGPU can use (it needs OpenCL 2.0 C or later).");
    }
}

/// <summary>An accelerator that was found.</summary>
/// <param name="Name">What it is called in settings: cuda:0, opencl:1, ilgpu-cpu.</param>
/// <param name="Kind">The way to it.</param>
/// <param name="Index">Its place among those of its kind.</param>
/// <param name="Description">What its driver calls it.</param>
/// <param name="Memory">Its memory, in bytes.</param>
/// <param name="IsGpu">Whether it is a GPU; others are used only if they are named.</param>
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

/// <summary>
/// The drivers' libraries. Systems without developers' packages have them only under a versioned name, which ILGPU does
/// not ask for.
/// </summary>
internal static class DriverLibraries
{
    /// <summary>The driver of CUDA, as it is called where only a driver is installed.</summary>
    public const string Cuda = "libcuda.so.1";

    /// <summary>The loader of OpenCL, likewise.</summary>
    public const string OpenCl = "libOpenCL.so.1";

    private static readonly Dictionary<string, string> VersionedNames = new()
    {
        ["cuda"] = Cuda,
        ["OpenCL"] = OpenCl,
    };

    /// <summary>Has the runtime try the versioned names, too; a second time does nothing.</summary>
    public static void Map() => _ = Mapping.Once;

    /// <summary>Whether a library is there, under its plain name or the versioned one.</summary>
    public static bool Has(string plainName)
    {
        if (!NativeLibrary.TryLoad(plainName, typeof(DriverLibraries).Assembly, null, out var library))
            return false;
        NativeLibrary.Free(library);
        return true;
    }

    private static nint Resolve(Assembly assembly, string name) =>
        VersionedNames.TryGetValue(name, out var versioned) && NativeLibrary.TryLoad(versioned, out var library)
            ? library
            : 0;

    private static class Mapping
    {
        public static readonly bool Once = Install();

        private static bool Install()
        {
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
            return true;
        }
    }
}
