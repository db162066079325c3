using ILGPU.Runtime;
using MoE.Compute.Files;
using MoE.Compute.Gpu.Launches;

namespace MoE.Compute.Gpu.Slots;

/// <summary>
/// The experts of one kind and one set of options on a device: slots of equal size in three long arrays. Not safe for
/// several threads.
/// </summary>
/// <typeparam name="TShape">What kernels are told of a slot's layout.</typeparam>
internal abstract class SlotArena<TShape> : IExpertArena where TShape : unmanaged
{
    private readonly SlotStore _store;
    private readonly SortedSet<int> _free = [];
    private readonly Lazy<NoisyCopy<TShape>?> _noisy;
    private SlotRoom _room = SlotRoom.For(0, 0);
    private TShape _shape;

    /// <summary>An arena without slots.</summary>
    protected SlotArena(ArenaPlace place)
    {
        Place = place;
        _store = new SlotStore(place);
        _noisy = new(() => Noise is { } noise ? new NoisyCopy<TShape>(place, noise) : null);
    }

    /// <inheritdoc/>
    public abstract int Heads { get; }

    /// <inheritdoc/>
    public int Slots => _store.Slots - _free.Count;

    /// <summary>Where it is.</summary>
    protected ArenaPlace Place { get; }

    /// <summary>The kernel that draws the noise of a copy; null for kinds without weights.</summary>
    protected abstract Action<TShape, NoiseView>? Noise { get; }

    /// <inheritdoc/>
    public int Add(ulong seed, ReadOnlyMemory<byte> image)
    {
        Fit(RoomOf(new StateReader(image)));
        var place = FreePlace();
        Write(place, seed, image);                           // an image that is damaged leaves the slot free
        _free.Remove(place);
        return place;
    }

    /// <inheritdoc/>
    public int Copy(int slot, float noise, ulong seed)
    {
        var (place, stream) = (FreePlace(), Place.Accelerator.DefaultStream);
        _store.Buffers.Copy(stream, slot, place);
        if (noise > 0f)
            _noisy.Value?.Run(stream, _store.Buffers, _shape, new NoiseView
            {
                From = slot,
                To = place,
                Deviation = noise,
                Seed = seed,
            });
        stream.Synchronize();
        Copied(slot, place);
        _free.Remove(place);
        return place;
    }

    /// <inheritdoc/>
    public void Remove(int slot)
    {
        _free.Add(slot);
        if (Slots > 0)
            return;
        _free.Clear();
        _store.Empty();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(int slot)
    {
        var image = new StateWriter();
        Exchange(_shape, new OutOfSlot(image), _store.Read(slot));
        return image.Written;
    }

    /// <inheritdoc/>
    public bool Fits(SlotRoom room) =>
        _store.Slots > 0 && (_room.With(room) == _room || ShapeOf(_room.With(room)).Equals(_shape));

    /// <inheritdoc/>
    public void Fit(SlotRoom room)
    {
        room = _room.With(room);
        if (Fits(room))
        {
            _room = room;                                    // as tables, which have no room for names
            return;
        }
        if (FloatsOf(room) is > SlotStore.MostNumbers and var floats)
            throw new DeviceRoomException(Place.Specification,
                $"it would have {floats} numbers, but a device takes at most {SlotStore.MostNumbers} of one expert");
        var shape = ShapeOf(room);
        var experts = Enumerable.Range(0, _store.Slots).Where(slot => !_free.Contains(slot))
            .Select(slot => (Slot: slot, Image: Read(slot), Seed: SeedOf(_store.Read(slot)))).ToList();
        var before = (_room, _shape);
        _store.Resize(SizeOf(shape), _store.Slots, Rewrite);

        void Rewrite(bool isNew)
        {
            (_room, _shape) = isNew ? (room, shape) : before;
            foreach (var (slot, image, seed) in experts)
                Write(slot, seed, image);
        }
    }

    /// <inheritdoc/>
    public void Launch(AcceleratorStream stream, IReadOnlyList<LaunchItem> items, LaunchView view)
    {
        var buffers = _store.Buffers;
        (view.Floats, view.Ints, view.Longs) = (buffers.Floats, buffers.Ints, buffers.Longs);
        Launch(stream, items, _shape, view);
    }

    /// <inheritdoc/>
    public virtual void Dispose() => _store.Dispose();

    /// <summary>What an image needs room for.</summary>
    protected abstract SlotRoom RoomOf(StateReader image);

    /// <summary>Floats of a slot with that much room, which may be more than can be counted in 32 bits.</summary>
    protected abstract long FloatsOf(SlotRoom room);

    /// <summary>The layout with that much room.</summary>
    protected abstract TShape ShapeOf(SlotRoom room);

    /// <summary>The size of a slot of that layout.</summary>
    protected abstract SlotSize SizeOf(TShape shape);

    /// <summary>Lines up what does the items.</summary>
    protected abstract void Launch(
        AcceleratorStream stream, IReadOnlyList<LaunchItem> items, TShape shape, LaunchView view);

    /// <summary>Moves everything that an image holds.</summary>
    protected abstract void Exchange(TShape shape, ISlotExchange with, Slot slot);

    /// <summary>Writes what is not part of the image: the seed, and what follows from it.</summary>
    protected abstract void Prepare(TShape shape, ulong seed, Slot slot);

    /// <summary>Learns of what a slot holds from now on.</summary>
    protected virtual void Written(int place, Slot slot)
    {
    }

    /// <summary>Learns that a slot holds from now on what another one does.</summary>
    protected virtual void Copied(int from, int to)
    {
    }

    private static ulong SeedOf(Slot slot) => slot.Longs is [var seed, ..] ? (ulong)seed : 0;

    private void Write(int place, ulong seed, ReadOnlyMemory<byte> image)
    {
        var slot = _store.Clean();
        Prepare(_shape, seed, slot);
        var numbers = new StateReader(image);
        Exchange(_shape, new IntoSlot(numbers), slot);
        numbers.End();
        _store.Buffers.Write(place, slot);
        Written(place, slot);
    }

    private int FreePlace()
    {
        if (_free.Count == 0)
        {
            var before = _store.Slots;
            _store.Grow();
            _free.UnionWith(Enumerable.Range(before, _store.Slots - before));
        }
        return _free.Min;
    }
}
