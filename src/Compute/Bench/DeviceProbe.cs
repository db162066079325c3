using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gpu.Devices;

namespace MoE.Compute.Bench;

/// <summary>
/// Launches and copies that show what a device can do at most. Each does a known amount of work; the caller
/// measures the time.
/// </summary>
public sealed class DeviceProbe : IDisposable
{
    private const int Threads = 256;
    private const int Turns = 1 << 10;
    private const long MostFloats = 1L << 26;

    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>> _nothing;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, int> _multiplyAdds;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>> _copy;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _from;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _to;
    private readonly PageLockedArray1D<float> _host;
    private readonly KernelConfig _wide;
    private readonly int _turns;

    /// <summary>Compiles the kernels, and takes an eighth of the device's memory, 512 MB at most.</summary>
    public DeviceProbe(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _accelerator = device.Accelerator;
        _stream = _accelerator.CreateStream();
        _nothing = _accelerator.LoadKernel<ArrayView<float>>(ProbeKernels.Nothing);
        _multiplyAdds = _accelerator.LoadKernel<ArrayView<float>, int>(ProbeKernels.MultiplyAdds);
        _copy = _accelerator.LoadKernel<ArrayView<float>, ArrayView<float>>(ProbeKernels.Copy);
        var isReal = device.Found.Kind != DeviceKind.IlgpuCpu;
        var floats = isReal ? Math.Min(MostFloats, device.Found.Memory / 16 / sizeof(float)) : 1 << 10;
        _from = _accelerator.Allocate1D<float>(floats);
        _to = _accelerator.Allocate1D<float>(floats);
        _from.MemSetToZero(_stream);
        MostBytes = (int)Math.Min(1 << 24, floats * sizeof(float));
        _host = _accelerator.AllocatePageLocked1D<float>(MostBytes / sizeof(float));
        _wide = isReal
            ? new KernelConfig(
                16 * _accelerator.NumMultiprocessors, Math.Min(Threads, _accelerator.MaxNumThreadsPerGroup))
            : new KernelConfig(1, _accelerator.MaxNumThreadsPerGroup);
        _turns = isReal ? Turns : 1;
    }

    /// <summary>Bytes that <see cref="Upload"/> and <see cref="Download"/> take at most.</summary>
    public int MostBytes { get; }

    /// <summary>Launches kernels that do nothing, one after the other, and waits for the last.</summary>
    public void Launch(int times)
    {
        for (var i = 0; i < times; i++)
            _nothing(_stream, new KernelConfig(1, 1), _from.View.BaseView);
        _stream.Synchronize();
    }

    /// <summary>Multiplies and adds with all threads; gives the operations done.</summary>
    public double MultiplyAdds()
    {
        _multiplyAdds(_stream, _wide, _to.View.BaseView, _turns);
        _stream.Synchronize();
        return 2d * ProbeKernels.PerTurn * _turns * _wide.GridDim.X * _wide.GroupDim.X;
    }

    /// <summary>Copies from one half of the memory taken to the other; gives the bytes read and written.</summary>
    public double Copy()
    {
        _copy(_stream, _wide, _from.View.BaseView, _to.View.BaseView);
        _stream.Synchronize();
        return 2d * _from.LengthInBytes;
    }

    /// <summary>Copies from page-locked memory to the device, and waits.</summary>
    public void Upload(int bytes)
    {
        View(bytes).CopyFromCPUUnsafeAsync(_stream, ref _host.Span[0], bytes / sizeof(float));
        _stream.Synchronize();
    }

    /// <summary>Copies from the device to page-locked memory, and waits.</summary>
    public void Download(int bytes)
    {
        View(bytes).CopyToCPUUnsafeAsync(_stream, ref _host.Span[0], bytes / sizeof(float));
        _stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _from.Dispose();
        _to.Dispose();
        _stream.Dispose();
    }

    private ArrayView<float> View(int bytes) => _from.View.BaseView.SubView(0, bytes / sizeof(float));
}

/// <summary>Kernels that do as much of one thing as a device can.</summary>
internal static class ProbeKernels
{
    /// <summary>Multiplications with additions that a thread does in one turn of its loop.</summary>
    public const int PerTurn = 16;

    /// <summary>Does nothing, in one group of one thread.</summary>
    public static void Nothing(ArrayView<float> values)
    {
        if (Grid.IdxX > 0)
            values[0] = 0f;
    }

    /// <summary>Every thread multiplies and adds in eight chains; values (threads) keeps their sums.</summary>
    public static void MultiplyAdds(ArrayView<float> values, int turns)
    {
        var (x, y) = (0.999f, 0.001f * Group.IdxX);
        var (a, b, c, d) = (x, y, x + y, x - y);
        var (e, f, g, h) = (a + x, b + x, c + x, d + x);
        for (var turn = 0; turn < turns; turn++)
        {
            a = (a * x) + y;
            b = (b * x) + y;
            c = (c * x) + y;
            d = (d * x) + y;
            e = (e * x) + y;
            f = (f * x) + y;
            g = (g * x) + y;
            h = (h * x) + y;
            a = (a * x) + y;
            b = (b * x) + y;
            c = (c * x) + y;
            d = (d * x) + y;
            e = (e * x) + y;
            f = (f * x) + y;
            g = (g * x) + y;
            h = (h * x) + y;
        }
        values[(Grid.IdxX * Group.DimX) + Group.IdxX] = a + b + c + d + e + f + g + h;
    }

    /// <summary>to = from; every thread takes one number of every launch's width.</summary>
    public static void Copy(ArrayView<float> from, ArrayView<float> to)
    {
        for (var i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < from.IntLength; i += Grid.DimX * Group.DimX)
            to[i] = from[i];
    }
}
