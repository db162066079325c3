using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace MoE.Compute.Gpu.Devices;

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
