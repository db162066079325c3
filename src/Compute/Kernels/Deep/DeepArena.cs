using ILGPU.Runtime;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Files;
using MoE.Compute.Kernels.Copies;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Deep;

/// <summary>
/// Networks of two hidden layers of one set of options on a device. A launch is done in rounds: the rows of all steps
/// up to their next step of learning are predicted together by grouped products, then learned where M are complete.
/// </summary>
internal sealed class DeepArena : SlotArena<DeepShape>
{
    private const int MostThreads = 128;

    private readonly DeepOptions _options;
    private readonly int _numeric;
    private readonly int _categorical;
    private readonly int _threads;
    private readonly int _across;
    private readonly DeepKernels _kernels;
    private readonly DeviceArray<float> _floats;
    private readonly DeviceArray<int> _ints;
    private readonly Dictionary<int, int> _waiting = [];

    /// <summary>An arena without slots, its kernels compiled.</summary>
    public DeepArena(ArenaPlace place, DeepOptions options, int numeric, int categorical) : base(place)
    {
        var accelerator = place.Accelerator;
        (_options, _numeric, _categorical) = (options, numeric, categorical);
        _threads = Math.Min(MostThreads, accelerator.MaxNumThreadsPerGroup);
        while (_across * _across < _threads)
            _across = Math.Max(1, 2 * _across);
        _kernels = new DeepKernels(place);
        (_floats, _ints) = (new DeviceArray<float>(accelerator), new DeviceArray<int>(accelerator));
    }

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override Action<DeepShape, NoiseView> Noise => DeepNoiseKernel.Draw;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _floats.Dispose();
        _ints.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override SlotRoom RoomOf(StateReader image)
    {
        var classes = image.ReadCount(MixtureOptions.MostClasses);
        var names = 0;
        for (var m = 0; m < _categorical; m++)
            names = Math.Max(names, image.ReadArray<int>().Length);
        return SlotRoom.For(classes, names);
    }

    /// <inheritdoc/>
    protected override long FloatsOf(SlotRoom room) => DeepShape.FloatsOf(_options, _numeric, _categorical, room);

    /// <inheritdoc/>
    protected override DeepShape ShapeOf(SlotRoom room) =>
        DeepShape.Of(_options, _numeric, _categorical, room, _across);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(DeepShape shape) => shape.Size;

    /// <inheritdoc/>
    protected override void Exchange(DeepShape shape, ISlotExchange with, Slot slot) =>
        DeepSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(DeepShape shape, ulong seed, Slot slot)
    {
        slot.Longs[0] = (long)seed;
        DeepSlots.Clear(shape, slot);
    }

    /// <inheritdoc/>
    protected override void Written(int place, Slot slot) => _waiting[place] = slot.Ints[DeepShape.Waiting];

    /// <inheritdoc/>
    protected override void Copied(int from, int to) => _waiting[to] = _waiting[from];

    /// <inheritdoc/>
    protected override void Launch(
        AcceleratorStream stream, IReadOnlyList<WalkStep> steps, DeepShape shape, WalkView view)
    {
        var scratch = new DeepScratch
        {
            Floats = _floats.Room((long)steps.Count * DeepScratch.FloatsOf(shape), stream),
            Ints = _ints.Room((long)steps.Count * DeepScratch.IntsOf(shape), stream),
        };
        var round = new DeepRound(_kernels, stream, steps.Count, _threads, shape, view, scratch);
        for (var number = 0; steps.Any(step => FirstOf(step, number) < step.Rows); number++)
        {
            round.Predict(number);
            if (steps.Any(step => step.Learns != 0 && FirstOf(step, number + 1) <= step.Rows))
                round.Learn(number);
        }
        round.Close();
        foreach (var step in steps)
            if (step.Learns != 0)
                _waiting[step.Slot] = (_waiting[step.Slot] + step.Rows) % shape.Minibatch;
    }

    /// <summary>The first of a step's rows that a round takes, as <see cref="DeepTask.Of"/>.</summary>
    private int FirstOf(WalkStep step, int round) =>
        round == 0 ? 0 : (round * _options.Minibatch) - (step.Learns == 0 ? 0 : _waiting[step.Slot]);
}
