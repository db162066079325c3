using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Gpu.Slots;

/// <summary>The memory of an arena on its device: as many slots as were asked for, of any numbers at first.</summary>
internal sealed class SlotBuffers : IDisposable
{
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _floats;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _ints;
    private readonly MemoryBuffer1D<long, Stride1D.Dense> _longs;

    public SlotBuffers(Accelerator accelerator, SlotSize size, int slots)
    {
        (Size, Slots) = (size, slots);
        MemoryBuffer1D<float, Stride1D.Dense>? floats = null;
        MemoryBuffer1D<int, Stride1D.Dense>? ints = null;
        try
        {
            // a buffer of nothing cannot be had
            floats = accelerator.Allocate1D<float>(Math.Max(1, (long)slots * size.Floats));
            ints = accelerator.Allocate1D<int>(Math.Max(1, (long)slots * size.Ints));
            _longs = accelerator.Allocate1D<long>(Math.Max(1, (long)slots * size.Longs));
        }
        catch
        {
            floats?.Dispose();                               // part of the memory is of no use without the rest
            ints?.Dispose();
            throw;
        }
        (_floats, _ints) = (floats, ints);
    }

    /// <summary>Size of a slot.</summary>
    public SlotSize Size { get; }

    /// <summary>Number of slots.</summary>
    public int Slots { get; }

    public ArrayView<float> Floats => _floats.View.BaseView;

    public ArrayView<int> Ints => _ints.View.BaseView;

    public ArrayView<long> Longs => _longs.View.BaseView;

    /// <summary>Copies a slot to the device.</summary>
    public void Write(int place, Slot slot)
    {
        FloatsOf(place).CopyFromCPU(slot.Floats);
        IntsOf(place).CopyFromCPU(slot.Ints);
        LongsOf(place).CopyFromCPU(slot.Longs);
    }

    /// <summary>Copies a slot from the device.</summary>
    public void Read(int place, Slot slot)
    {
        FloatsOf(place).CopyToCPU(slot.Floats);
        IntsOf(place).CopyToCPU(slot.Ints);
        LongsOf(place).CopyToCPU(slot.Longs);
    }

    /// <summary>Copies a slot into another one, on the device; done when the stream is.</summary>
    public void Copy(AcceleratorStream stream, int from, int to)
    {
        FloatsOf(to).CopyFrom(stream, FloatsOf(from));
        IntsOf(to).CopyFrom(stream, IntsOf(from));
        LongsOf(to).CopyFrom(stream, LongsOf(from));
    }

    /// <summary>Takes over the slots of smaller buffers, on the device; done when the stream is.</summary>
    public void CopyFrom(AcceleratorStream stream, SlotBuffers smaller)
    {
        Floats.SubView(0, (long)smaller.Slots * Size.Floats).CopyFrom(stream, smaller.All(smaller.Floats, Size.Floats));
        Ints.SubView(0, (long)smaller.Slots * Size.Ints).CopyFrom(stream, smaller.All(smaller.Ints, Size.Ints));
        Longs.SubView(0, (long)smaller.Slots * Size.Longs).CopyFrom(stream, smaller.All(smaller.Longs, Size.Longs));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _floats.Dispose();
        _ints.Dispose();
        _longs.Dispose();
    }

    private ArrayView<float> FloatsOf(int place) => Floats.SubView((long)place * Size.Floats, Size.Floats);

    private ArrayView<int> IntsOf(int place) => Ints.SubView((long)place * Size.Ints, Size.Ints);

    private ArrayView<long> LongsOf(int place) => Longs.SubView((long)place * Size.Longs, Size.Longs);

    private ArrayView<T> All<T>(ArrayView<T> numbers, int perSlot) where T : unmanaged =>
        numbers.SubView(0, (long)Slots * perSlot);
}
