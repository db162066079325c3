using System.Reflection;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MoE.Compute.Gpu.Slots;

/// <summary>The memory of a device that slots are given: what its driver has, and no more than a limit.</summary>
/// <param name="accelerator">The device.</param>
/// <param name="limit">Bytes that slots may take together.</param>
internal sealed class DeviceMemory(Accelerator accelerator, long limit)
{
    private long _taken;

    /// <summary>The device.</summary>
    public Accelerator Accelerator => accelerator;

    /// <summary>Memory for slots, of any numbers at first; null if the device has too little.</summary>
    public SlotBuffers? Take(SlotSize size, int slots)
    {
        var bytes = size.Bytes * slots;
        if (bytes > limit - _taken)
            return null;
        try
        {
            var buffers = new SlotBuffers(accelerator, size, slots);
            _taken += bytes;
            return buffers;
        }
        catch (Exception e) when (IsShortage(e))
        {
            return null;
        }
    }

    /// <summary>Gives memory back.</summary>
    public void Return(SlotBuffers buffers)
    {
        _taken -= buffers.Size.Bytes * buffers.Slots;
        buffers.Dispose();
    }

    /// <summary>Whether an exception of a driver means that there is not enough memory.</summary>
    internal static bool IsShortage(Exception e) => e is OutOfMemoryException
        or CudaException { Error: nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY) }
        or CLException
    {
        Error: CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_INVALID_BUFFER_SIZE
            or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_OUT_OF_RESOURCES,
    };
}

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
