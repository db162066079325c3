using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Encoding;

namespace MoE.Compute.Gpu.Launches;

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

/// <summary>The rows of consecutive batches on their way to a device, as if they were one.</summary>
internal readonly record struct RowsUpload(
    UploadPart Z, UploadPart Rank, UploadPart Category, UploadPart Targets, UploadPart KnownClasses)
{
    /// <summary>Adds the rows of batches that have the same columns and the same length of answers.</summary>
    public static RowsUpload Add(Upload upload, ReadOnlySpan<TrainingBatch> batches)
    {
        var rows = 0;
        foreach (var batch in batches)
            rows += batch.Rows;
        var (numeric, categorical) = (batches[0].Features.Numeric, batches[0].Features.Categorical);
        return new RowsUpload(
            Add<float>(upload, batches, rows * numeric, batch => batch.Features.Z.AsSpan(0, batch.Rows * numeric)),
            Add<float>(upload, batches, rows * numeric, batch => batch.Features.Rank.AsSpan(0, batch.Rows * numeric)),
            Add<int>(upload, batches, rows * categorical,
                batch => batch.Features.Category.AsSpan(0, batch.Rows * categorical)),
            Add<int>(upload, batches, rows, batch => batch.Labels.Targets.AsSpan(0, batch.Rows)),
            Add<int>(upload, batches, rows, batch => batch.Labels.KnownClasses.AsSpan(0, batch.Rows)));
    }

    /// <summary>The rows as kernels read them.</summary>
    public BatchView View(Upload upload, TrainingBatch like) => new()
    {
        Numeric = like.Features.Numeric,
        Categorical = like.Features.Categorical,
        ClassStride = like.Labels.Stride,
        Z = upload.View<float>(Z),
        Rank = upload.View<float>(Rank),
        Category = upload.View<int>(Category),
        Targets = upload.View<int>(Targets),
        KnownClasses = upload.View<int>(KnownClasses),
    };

    private delegate ReadOnlySpan<T> Numbers<T>(TrainingBatch batch);

    private static UploadPart Add<T>(
        Upload upload, ReadOnlySpan<TrainingBatch> batches, int count, Numbers<T> numbers) where T : unmanaged
    {
        var room = upload.Add<T>(count, out var part);
        foreach (var batch in batches)
        {
            numbers(batch).CopyTo(room);
            room = room[numbers(batch).Length..];
        }
        return part;
    }
}

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
