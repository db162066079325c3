using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Gpu.Launches;

/// <summary>An array on a device whose length follows what it is given; it never shrinks.</summary>
internal sealed class DeviceArray<T>(Accelerator accelerator) : IDisposable where T : unmanaged
{
    private MemoryBuffer1D<T, Stride1D.Dense>? _buffer;

    /// <summary>The first <paramref name="length"/> numbers, whatever they are.</summary>
    /// <param name="length">How many.</param>
    /// <param name="user">A stream that may still do something with those there are.</param>
    public ArrayView<T> Room(long length, AcceleratorStream? user = null)
    {
        if (_buffer is null || _buffer.Length < length)
        {
            user?.Synchronize();
            _buffer?.Dispose();
            _buffer = accelerator.Allocate1D<T>(Math.Max(16, 2 * length));
        }
        return _buffer.View.BaseView.SubView(0, length);
    }

    /// <summary>A copy of numbers.</summary>
    public ArrayView<T> Copy(AcceleratorStream stream, T[] values)
    {
        var room = Room(Math.Max(1, values.Length));
        if (values.Length > 0)
            room.CopyFromCPU(stream, values);
        return room;
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer?.Dispose();
}
