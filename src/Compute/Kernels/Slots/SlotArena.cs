using ILGPU.Runtime;
using MoE.Compute.Files;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Slots;

/// <summary>
/// The experts of one kind and one set of options on a device: slots of equal size in three long arrays. Not safe for
/// several threads.
/// </summary>
/// <typeparam name="TShape">What kernels are told of a slot's layout.</typeparam>
internal abstract class SlotArena<TShape> : IExpertArena where TShape : unmanaged
{
    private readonly Accelerator _accelerator;
    private readonly SortedSet<int> _free = [];
    private SlotRoom _room = SlotRoom.For(0, 0);
    private SlotBuffers _buffers;
    private TShape _shape;

    /// <summary>An arena without slots.</summary>
    protected SlotArena(Accelerator accelerator)
    {
        _accelerator = accelerator;
        _buffers = new SlotBuffers(accelerator, default, 0);
    }

    /// <inheritdoc/>
    public abstract int Heads { get; }

    /// <inheritdoc/>
    public int Slots => _buffers.Slots - _free.Count;

    /// <inheritdoc/>
    public int Add(ulong seed, ReadOnlyMemory<byte> image)
    {
        Fit(RoomOf(new StateReader(image)));
        if (_free.Count == 0)
            Grow(Math.Max(1, 2 * _buffers.Slots));
        var place = _free.Min;
        Write(place, seed, image);                           // an image that is damaged leaves the slot free
        _free.Remove(place);
        return place;
    }

    /// <inheritdoc/>
    public void Remove(int slot) => _free.Add(slot);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(int slot)
    {
        var image = new StateWriter();
        Exchange(_shape, new OutOfSlot(image), _buffers.Read(slot));
        return image.Written;
    }

    /// <inheritdoc/>
    public void Fit(SlotRoom room)
    {
        room = _room.With(room);
        if (room == _room && _buffers.Slots > 0)
            return;
        var shape = ShapeOf(room);
        if (shape.Equals(_shape) && _buffers.Slots > 0)
        {
            _room = room;                                    // as tables, which have no room for names
            return;
        }
        var images = Enumerable.Range(0, _buffers.Slots).Where(slot => !_free.Contains(slot))
            .Select(slot => (Slot: slot, _buffers.Read(slot).Longs, Image: Read(slot))).ToList();
        (_room, _shape) = (room, shape);
        var slots = _buffers.Slots;
        _buffers.Dispose();
        _buffers = new SlotBuffers(_accelerator, SizeOf(_shape), slots);
        foreach (var (slot, longs, image) in images)
            Write(slot, SeedOf(longs), image);
    }

    /// <inheritdoc/>
    public void Launch(AcceleratorStream stream, IReadOnlyList<WalkStep> steps, WalkView view)
    {
        (view.Floats, view.Ints, view.Longs) = (_buffers.Floats, _buffers.Ints, _buffers.Longs);
        Launch(stream, steps, _shape, view);
    }

    /// <inheritdoc/>
    public virtual void Dispose() => _buffers.Dispose();

    /// <summary>What an image needs room for.</summary>
    protected abstract SlotRoom RoomOf(StateReader image);

    /// <summary>The layout with that much room.</summary>
    protected abstract TShape ShapeOf(SlotRoom room);

    /// <summary>The size of a slot of that layout.</summary>
    protected abstract SlotSize SizeOf(TShape shape);

    /// <summary>Lines up what does the steps.</summary>
    protected abstract void Launch(
        AcceleratorStream stream, IReadOnlyList<WalkStep> steps, TShape shape, WalkView view);

    /// <summary>Moves everything that an image holds.</summary>
    protected abstract void Exchange(TShape shape, ISlotExchange with, Slot slot);

    /// <summary>Writes what is no part of the image: the seed, and what follows from it.</summary>
    protected abstract void Prepare(TShape shape, ulong seed, Slot slot);

    /// <summary>Learns of what a slot holds from now on.</summary>
    protected virtual void Written(int place, Slot slot)
    {
    }

    private static ulong SeedOf(long[] longs) => longs.Length == 0 ? 0 : (ulong)longs[0];

    private void Write(int place, ulong seed, ReadOnlyMemory<byte> image)
    {
        var slot = new Slot(SizeOf(_shape));
        Prepare(_shape, seed, slot);
        var numbers = new StateReader(image);
        Exchange(_shape, new IntoSlot(numbers), slot);
        numbers.End();
        _buffers.Write(place, slot);
        Written(place, slot);
    }

    private void Grow(int slots)
    {
        var before = _buffers;
        _buffers = new SlotBuffers(_accelerator, SizeOf(_shape), slots);
        _buffers.CopyFrom(before);
        for (var slot = before.Slots; slot < slots; slot++)
            _free.Add(slot);
        before.Dispose();
    }
}
