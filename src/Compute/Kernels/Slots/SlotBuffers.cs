using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Kernels.Slots;

/// <summary>The memory of an arena on its device: as many slots as were asked for, of any numbers at first.</summary>
internal sealed class SlotBuffers : IDisposable
{
    private readonly SlotSize _size;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _floats;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _ints;
    private readonly MemoryBuffer1D<long, Stride1D.Dense> _longs;

    public SlotBuffers(Accelerator accelerator, SlotSize size, int slots)
    {
        (_size, Slots) = (size, slots);
        // a buffer of nothing cannot be had
        _floats = accelerator.Allocate1D<float>(Math.Max(1, (long)slots * size.Floats));
        _ints = accelerator.Allocate1D<int>(Math.Max(1, (long)slots * size.Ints));
        _longs = accelerator.Allocate1D<long>(Math.Max(1, (long)slots * size.Longs));
    }

    /// <summary>Number of slots.</summary>
    public int Slots { get; }

    public ArrayView<float> Floats => _floats.View.BaseView;

    public ArrayView<int> Ints => _ints.View.BaseView;

    public ArrayView<long> Longs => _longs.View.BaseView;

    /// <summary>Copies a slot to the device.</summary>
    public void Write(int place, Slot slot)
    {
        Floats.SubView((long)place * _size.Floats, _size.Floats).CopyFromCPU(slot.Floats);
        Ints.SubView((long)place * _size.Ints, _size.Ints).CopyFromCPU(slot.Ints);
        Longs.SubView((long)place * _size.Longs, _size.Longs).CopyFromCPU(slot.Longs);
    }

    /// <summary>Copies a slot from the device.</summary>
    public Slot Read(int place)
    {
        var slot = new Slot(_size);
        Floats.SubView((long)place * _size.Floats, _size.Floats).CopyToCPU(slot.Floats);
        Ints.SubView((long)place * _size.Ints, _size.Ints).CopyToCPU(slot.Ints);
        Longs.SubView((long)place * _size.Longs, _size.Longs).CopyToCPU(slot.Longs);
        return slot;
    }

    /// <summary>Takes over the slots of smaller buffers.</summary>
    public void CopyFrom(SlotBuffers smaller)
    {
        if (smaller.Slots == 0)
            return;
        Floats.SubView(0, (long)smaller.Slots * _size.Floats).CopyFrom(smaller.Floats);
        Ints.SubView(0, (long)smaller.Slots * _size.Ints).CopyFrom(smaller.Ints);
        Longs.SubView(0, (long)smaller.Slots * _size.Longs).CopyFrom(smaller.Longs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _floats.Dispose();
        _ints.Dispose();
        _longs.Dispose();
    }
}
