using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Kernels.Launches;

/// <summary>Part of an upload, in numbers of 4 bytes.</summary>
internal readonly record struct UploadPart(int At, int Length);

/// <summary>What launches read, gathered in page-locked memory and copied to the device in one piece.</summary>
internal sealed class Upload(Accelerator accelerator) : IDisposable
{
    private readonly DeviceArray<int> _device = new(accelerator);
    private PageLockedArray1D<int> _host = accelerator.AllocatePageLocked1D<int>(4096);
    private ArrayView<int> _sent;
    private int _length;

    /// <summary>Begins anew; nothing may be in flight.</summary>
    public void Clear() => _length = 0;

    /// <summary>Room for so many items made of numbers of 4 bytes, to be filled at once.</summary>
    public Span<T> Add<T>(int count, out UploadPart part) where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>() / sizeof(int);
        var at = (_length + size - 1) / size * size;         // a cast view begins at a whole item
        part = new UploadPart(at, count * size);
        if (at + part.Length > _host.Length)
            Grow(at + part.Length);
        _length = at + part.Length;
        return MemoryMarshal.Cast<int, T>(_host.Span.Slice(part.At, part.Length));
    }

    /// <summary>Copies all of it; done when the stream is.</summary>
    public void Send(AcceleratorStream stream)
    {
        _sent = _device.Room(Math.Max(1, _length));
        if (_length > 0)
            // of a part of page-locked memory ILGPU's OpenCL copies all
            _sent.CopyFromCPUUnsafeAsync(stream, ref _host.Span[0], _length);
    }

    /// <summary>A part as the device has it.</summary>
    public ArrayView<T> View<T>(UploadPart part) where T : unmanaged =>
        _sent.SubView(part.Length == 0 ? 0 : part.At, part.Length).Cast<T>();    // no view begins behind the last item

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _device.Dispose();
    }

    private void Grow(int length)
    {
        var larger = accelerator.AllocatePageLocked1D<int>(2 * length);
        _host.Span[.._length].CopyTo(larger.Span);
        _host.Dispose();
        _host = larger;
    }
}
