using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Kernels;

/// <summary>The memory that the threads of a group share, as large as the launch asks for in floats.</summary>
internal static class GroupMemory
{
    private const int Alignment = 16;

    /// <summary>
    /// All of it as items of 16 bytes, which one instruction reads: every device begins it at a multiple of that.
    /// </summary>
    /// <remarks>ILGPU writes OpenCL that does not compile where structures are asked for outright.</remarks>
    public static ArrayView<T> Of<T>() where T : unmanaged =>
        SharedMemory.GetDynamic<float>().AsAligned(Alignment).Cast<T>();
}
