using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MoE.Compute.Gpu.Devices;

/// <summary>What the experts are computed on.</summary>
public sealed partial record ComputeOptions
{
    /// <summary>The best GPU for the kinds that it is faster for, if there is one; else the CPU.</summary>
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

/// <summary>An accelerator that was opened.</summary>
public sealed class ComputeDevice : IDisposable
{
    private readonly Context _context;

    private ComputeDevice(FoundDevice found, Context context, Accelerator accelerator) =>
        (Found, _context, Accelerator) = (found, context, accelerator);

    /// <summary>What it is.</summary>
    public FoundDevice Found { get; }

    /// <summary>What computes; disposed with this.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Opens an accelerator that was found.</summary>
    /// <exception cref="DeviceException">Its driver refuses.</exception>
    public static ComputeDevice Open(FoundDevice found)
    {
        ArgumentNullException.ThrowIfNull(found);
        DriverLibraries.Map();
        Context? context = null;
        try
        {
            context = Context.Create(builder => Add(builder, found.Kind));
            return new ComputeDevice(found, context, Create(context, found));
        }
        catch (Exception e)
        {
            context?.Dispose();
            throw new DeviceException($"{found.Name} cannot be opened: {e.GetBaseException().Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Accelerator.Dispose();
        _context.Dispose();
    }

    private static void Add(Context.Builder builder, DeviceKind kind)
    {
        builder.EnableAlgorithms().Profiling();              // for its markers, which tell when a launch is done
        _ = kind switch
        {
            DeviceKind.Cuda => builder.Cuda(),
            DeviceKind.OpenCl => builder.OpenCL(),
            // each lane is a thread of the operating system, a group fills all, and they wait for each other often
            _ => builder.CPU(new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: 1)),
        };
    }

    private static Accelerator Create(Context context, FoundDevice found) => found.Kind switch
    {
        DeviceKind.Cuda => context.GetCudaDevice(found.Index).CreateAccelerator(context),
        DeviceKind.OpenCl => context.GetCLDevice(found.Index).CreateAccelerator(context),
        _ => context.CreateCPUAccelerator(0),
    };
}

/// <summary>An accelerator cannot be used; the message says which and why.</summary>
public sealed class DeviceException(string message, Exception? cause = null) : Exception(message, cause);
