using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Kernels.Launches;

/// <summary>What launches write, copied from the device in one piece into page-locked memory.</summary>
internal sealed class Download(Accelerator accelerator) : IDisposable
{
    private readonly DeviceArray<float> _device = new(accelerator);
    private PageLockedArray1D<float> _host = accelerator.AllocatePageLocked1D<float>(4096);
    private ArrayView<float> _room;

    /// <summary>What was fetched, once the stream is done.</summary>
    public ReadOnlySpan<float> Numbers => _host.Span[..(int)_room.Length];

    /// <summary>Room on the device for so many numbers; whatever was there is gone.</summary>
    public ArrayView<float> Room(int length) => _room = _device.Room(length);

    /// <summary>Copies the room's numbers behind what the stream does already.</summary>
    public void Fetch(AcceleratorStream stream)
    {
        if (_host.Length < _room.Length)
        {
            _host.Dispose();
            _host = accelerator.AllocatePageLocked1D<float>(2 * _room.Length);
        }
        if (_room.Length > 0)
            _room.CopyToCPUUnsafeAsync(stream, ref _host.Span[0], _room.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _device.Dispose();
    }
}
