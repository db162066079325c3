using System.Globalization;
using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Gpu.Slots;

/// <summary>
/// The slots of an arena, as many as were needed so far. Makes room where the device has it: beside what is there, else
/// in its place, by way of this machine's memory.
/// </summary>
internal sealed class SlotStore(ArenaPlace place) : IDisposable
{
    /// <summary>Numbers of one kind that a slot may have: kernels count them in 32 bits.</summary>
    public const long MostNumbers = 0x7FFFFFC7;              // and an array here, Array.MaxLength

    private SlotBuffers? _buffers;
    private Slot _here = new(default);

    /// <summary>Slots.</summary>
    public int Slots => _buffers?.Slots ?? 0;

    /// <summary>The memory on the device; there is some as long as there are slots.</summary>
    public SlotBuffers Buffers => _buffers
        ?? throw new InvalidOperationException($"There is no expert '{place.Specification}' on the device.");

    /// <summary>Size of a slot.</summary>
    private SlotSize Size { get; set; }

    /// <summary>A slot's numbers, which the next question writes over.</summary>
    public Slot Read(int slot)
    {
        Buffers.Read(slot, _here);
        return _here;
    }

    /// <summary>A slot in which all is 0, which the next question writes over.</summary>
    public Slot Clean()
    {
        _here.Clear();
        return _here;
    }

    /// <summary>Makes room for more slots, of the same numbers so far.</summary>
    /// <exception cref="DeviceRoomException">There is none; nothing has changed.</exception>
    public void Grow()
    {
        var (more, one) = (Math.Max(1, 2 * Slots), Slots + 1);
        if ((place.Memory.Take(Size, more) ?? place.Memory.Take(Size, one)) is { } larger)
        {
            var stream = place.Accelerator.DefaultStream;
            if (_buffers is { } smaller)
            {
                larger.CopyFrom(stream, smaller);
                stream.Synchronize();
            }
            Replace(larger);
            return;
        }
        List<Slot> slots = [.. Enumerable.Range(0, Slots).Select(slot =>
        {
            var copy = new Slot(Size);
            Buffers.Read(slot, copy);
            return copy;
        })];
        Replace(Size, one, _ =>
        {
            foreach (var (slot, numbers) in slots.Index())
                Buffers.Write(slot, numbers);
        });
    }

    /// <summary>Gives every slot another size.</summary>
    /// <param name="size">The size.</param>
    /// <param name="slots">How many slots.</param>
    /// <param name="write">
    /// Writes all slots that are in use: with the new size, or, if there was no room, with the one before.
    /// </param>
    /// <exception cref="DeviceRoomException">There is no room; nothing has changed.</exception>
    public void Resize(SlotSize size, int slots, Action<bool> write)
    {
        if (slots == 0)
            (Size, _here) = (size, new Slot(size));
        else if (place.Memory.Take(size, slots) is { } buffers)
        {
            (Size, _here) = (size, new Slot(size));
            Replace(buffers);
        }
        else
        {
            Replace(size, slots, write);
            return;
        }
        write(true);
    }

    /// <summary>Gives all memory back.</summary>
    public void Empty()
    {
        if (_buffers is { } buffers)
            place.Memory.Return(buffers);
        _buffers = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Empty();

    private void Replace(SlotBuffers buffers)
    {
        Empty();
        _buffers = buffers;
    }

    /// <summary>Releases the memory before it takes other; takes the same again if that is refused.</summary>
    private void Replace(SlotSize size, int slots, Action<bool> write)
    {
        var before = (Size, Slots);
        Empty();
        _buffers = place.Memory.Take(size, slots);
        var isNew = _buffers is not null;
        (Size, _here) = isNew ? (size, new Slot(size)) : (before.Size, _here);
        if (!isNew && before.Slots > 0)
            _buffers = place.Memory.Take(before.Size, before.Slots) ?? throw new InsufficientMemoryException(
                $"The memory of '{place.Specification}' was released and could not be allocated again.");
        write(isNew);
        if (!isNew)
            throw new DeviceRoomException(place.Specification,
                string.Create(CultureInfo.InvariantCulture,
                    $"{slots} of them take {size.Bytes * slots / 1e6:F1} MB, and so much memory is not free"));
    }
}

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
