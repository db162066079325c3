using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MoE.Compute.Gpu.Devices;

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
