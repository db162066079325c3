using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Experts.Mlp.Gpu;
using MoE.Compute.Files;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep.Gpu;

/// <summary>
/// Networks of two hidden layers of one set of options on a device. A launch is done in rounds: the rows of all items
/// up to their next step of learning are predicted together by grouped products, then learned where M are complete.
/// </summary>
internal sealed class DeepArena : SlotArena<DeepLayout>
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
    protected override Action<DeepLayout, NoiseView> Noise => DeepNoiseKernel.Draw;

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
    protected override long FloatsOf(SlotRoom room) => DeepLayout.FloatsOf(_options, _numeric, _categorical, room);

    /// <inheritdoc/>
    protected override DeepLayout ShapeOf(SlotRoom room) =>
        DeepLayout.Of(_options, _numeric, _categorical, room, _across);

    /// <inheritdoc/>
    protected override SlotSize SizeOf(DeepLayout shape) => shape.Size;

    /// <inheritdoc/>
    protected override void Exchange(DeepLayout shape, ISlotExchange with, Slot slot) =>
        DeepSlots.Exchange(shape, with, slot);

    /// <inheritdoc/>
    protected override void Prepare(DeepLayout shape, ulong seed, Slot slot)
    {
        slot.Longs[0] = (long)seed;
        DeepSlots.Clear(shape, slot);
    }

    /// <inheritdoc/>
    protected override void Written(int place, Slot slot) => _waiting[place] = slot.Ints[DeepLayout.Waiting];

    /// <inheritdoc/>
    protected override void Copied(int from, int to) => _waiting[to] = _waiting[from];

    /// <inheritdoc/>
    protected override void Launch(
        AcceleratorStream stream, IReadOnlyList<LaunchItem> items, DeepLayout shape, LaunchView view)
    {
        var scratch = new DeepScratch
        {
            Floats = _floats.Room((long)items.Count * DeepScratch.FloatsOf(shape), stream),
            Ints = _ints.Room((long)items.Count * DeepScratch.IntsOf(shape), stream),
        };
        var round = new DeepRound(_kernels, stream, items.Count, _threads, shape, view, scratch);
        for (var number = 0; items.Any(item => FirstOf(item, number) < item.Rows); number++)
        {
            round.Predict(number);
            if (items.Any(item => item.Learns != 0 && FirstOf(item, number + 1) <= item.Rows))
                round.Learn(number);
        }
        round.Close();
        foreach (var item in items)
            if (item.Learns != 0)
                _waiting[item.Slot] = (_waiting[item.Slot] + item.Rows) % shape.Minibatch;
    }

    /// <summary>The first of an item's rows that a round takes, as <see cref="DeepTask.Of"/>.</summary>
    private int FirstOf(LaunchItem item, int round) =>
        round == 0 ? 0 : (round * _options.Minibatch) - (item.Learns == 0 ? 0 : _waiting[item.Slot]);
}

/// <summary>
/// The rounds of one launch: kernels one after the other on a stream, each for all steps at once, whose groups find
/// out for themselves whether there is something to do; so nothing has to be waited for.
/// </summary>
internal sealed class DeepRound(
    DeepKernels kernels, AcceleratorStream stream, int steps, int threads, DeepLayout shape, LaunchView view,
    DeepScratch scratch)
{
    /// <summary>Predicts the rows of all steps up to their next step of learning.</summary>
    public void Predict(int round)
    {
        kernels.Read(stream, Groups(1), shape, view, scratch, round);
        kernels.First(stream, Groups(shape.Minibatch), shape, view, scratch, round);
        for (var layer = 2; layer <= 3; layer++)
            kernels.Forward(stream, Tiles(shape.Minibatch, shape.Outputs(layer)), shape, view, scratch, round, layer);
        kernels.Answer(stream, Groups(shape.Minibatch, 2 * shape.ClassRoom), shape, view, scratch, round);
    }

    /// <summary>Learns where M rows are complete.</summary>
    public void Learn(int round)
    {
        kernels.Outputs(stream, Groups(shape.Minibatch, 2 * shape.ClassRoom), shape, view, scratch, round);
        for (var layer = 3; layer >= 2; layer--)
            kernels.Backward(stream, Tiles(shape.Minibatch, shape.Inputs(layer)), shape, view, scratch, round, layer);
        if (shape.Adam == 0)
            kernels.Norms(stream, Groups(1, threads), shape, view, scratch, round);
        for (var layer = 2; layer <= 3; layer++)
            kernels.Learn(
                stream, Tiles(shape.Inputs(layer), shape.Outputs(layer)), shape, view, scratch, round, layer);
        kernels.Inputs(stream, Groups(shape.Minibatch * shape.Touched), shape, view, scratch, round);
        kernels.Bias(stream, Groups(1), shape, view, scratch, round);
    }

    /// <summary>Leaves in the slots the rows that wait.</summary>
    public void Close() => kernels.Close(stream, Groups(1), shape, view, scratch);

    private KernelConfig Groups(int ofStep, int sharedFloats = 0) => sharedFloats == 0
        ? new KernelConfig(steps * ofStep, threads)
        : new KernelConfig(steps * ofStep, threads, SharedMemoryConfig.RequestDynamic<float>(sharedFloats));

    private KernelConfig Tiles(int rows, int columns) => new(
        steps * DeepGrid.TilesOf(rows, threads / shape.Across) * DeepGrid.TilesOf(columns, shape.Across), threads,
        SharedMemoryConfig.RequestDynamic<float>(DeepTileShared.Floats(threads, shape.Across)));
}

/// <summary>The kernels of a round, compiled for one device.</summary>
internal sealed class DeepKernels(ArenaPlace place)
{
    /// <summary>A kernel whose groups know from the round what to do.</summary>
    public delegate void OfRound(
        AcceleratorStream stream, KernelConfig groups, DeepLayout shape, LaunchView view, DeepScratch scratch,
        int round);

    /// <summary>A kernel that does the same for the second and the third layer.</summary>
    public delegate void OfLayer(
        AcceleratorStream stream, KernelConfig groups, DeepLayout shape, LaunchView view, DeepScratch scratch,
        int round, int layer);

    public OfRound Read { get; } = Load(place, DeepReadingKernels.Read);

    public Action<AcceleratorStream, KernelConfig, DeepLayout, LaunchView, DeepScratch> Close { get; } =
        place.Load<Action<AcceleratorStream, KernelConfig, DeepLayout, LaunchView, DeepScratch>>(
            DeepReadingKernels.Close);

    public OfRound First { get; } = Load(place, DeepForwardKernels.First);

    public OfLayer Forward { get; } = Load(place, DeepForwardKernels.Dense);

    public OfRound Answer { get; } = Load(place, DeepForwardKernels.Answer);

    public OfRound Outputs { get; } = Load(place, DeepBackwardKernels.Outputs);

    public OfLayer Backward { get; } = Load(place, DeepBackwardKernels.Dense);

    public OfRound Norms { get; } = Load(place, DeepBackwardKernels.Norms);

    public OfLayer Learn { get; } = Load(place, DeepLearningKernels.Dense);

    public OfRound Bias { get; } = Load(place, DeepLearningKernels.Bias);

    public OfRound Inputs { get; } = Load(place, DeepLearningKernels.Inputs);

    private static OfRound Load(ArenaPlace place, Action<DeepLayout, LaunchView, DeepScratch, int> kernel) =>
        place.Load<OfRound>(kernel);

    private static OfLayer Load(ArenaPlace place, Action<DeepLayout, LaunchView, DeepScratch, int, int> kernel) =>
        place.Load<OfLayer>(kernel);
}

/// <summary>Networks of two hidden layers between their images and their slots.</summary>
internal static class DeepSlots
{
    private const int Width = Panels.Width;

    /// <summary>Moves everything that the image of a network holds.</summary>
    public static void Exchange(DeepLayout shape, ISlotExchange with, Slot slot)
    {
        var ints = slot.Ints;
        ints[0] = (int)with.Number(ints[0]);
        for (var m = 0; m < shape.Categorical; m++)
            with.List(ints.AsSpan(DeepLayout.Names + (m * shape.NameRoom), shape.NameRoom), InputCells.None);
        ints[1] = (int)with.Number(ints[1]);
        Layer(shape, with, slot, 1, ints[1], shape.Hidden1, 1, shape.Hidden1);
        Layer(shape, with, slot, 2, shape.Hidden1 * shape.Hidden2 / DeepLayout.Tile, DeepLayout.Tile,
            shape.Hidden2 / Width, Width);
        var panels = Panels.Padded(ints[0]) / Width;
        Layer(shape, with, slot, 3, panels * shape.Hidden2 / 8, DeepLayout.Tile, panels, Width);
        Waiting(shape, with, slot);
    }

    /// <summary>A slot whose names have no rows and in which no row waits.</summary>
    public static void Clear(DeepLayout shape, Slot slot)
    {
        slot.Ints.AsSpan(DeepLayout.Names, shape.Categorical * shape.NameRoom).Fill(InputCells.None);
        slot.Ints.AsSpan(shape.WaitingCounts, shape.Minibatch).Fill(InputCells.None);
        slot.Ints.AsSpan(shape.WaitingIndex, shape.Minibatch * shape.Touched).Fill(InputCells.None);
    }

    /// <summary>Weights and bias, then the moments and steps of each, in rows that share a count of steps.</summary>
    private static void Layer(
        DeepLayout shape, ISlotExchange with, Slot slot, int layer, int rows, int stride, int biasRows, int biasStride)
    {
        Table(shape.Weights(layer), rows * stride);
        Table(shape.Bias(layer), biasRows * biasStride);
        if (shape.Adam == 0)
            return;
        Moments(shape.Weights(layer), shape.Steps(layer), rows, stride);
        Moments(shape.Bias(layer), shape.BiasSteps(layer), biasRows, biasStride);

        void Moments(int at, int steps, int count, int length)
        {
            Table(shape.Block + at, count * length);
            Table((2 * shape.Block) + at, count * length);
            with.Table(slot.Ints.AsSpan(steps), count, 1, 1);
        }

        void Table(int at, int length) => with.Table(slot.Floats.AsSpan(at), 1, length, length);
    }

    private static void Waiting(DeepLayout shape, ISlotExchange with, Slot slot)
    {
        var counts = slot.Ints.AsSpan(shape.WaitingCounts, shape.Minibatch);
        with.List(counts, InputCells.None);
        var waiting = counts.LastIndexOfAnyExcept(InputCells.None) + 1;
        slot.Ints[DeepLayout.Waiting] = waiting;
        with.Table(slot.Ints.AsSpan(shape.WaitingTargets), waiting, 1, 1);
        for (var row = 0; row < waiting; row++)
        {
            with.Table(slot.Ints.AsSpan(shape.WaitingIndex + (row * shape.Touched)), counts[row], 1, 1);
            with.Table(slot.Floats.AsSpan(shape.WaitingWeights + (row * shape.Touched)), counts[row], 1, 1);
        }
    }
}

/// <summary>The noise of <see cref="Experts.Deep.DeepNetwork{L}.AddNoise"/>.</summary>
internal static class DeepNoiseKernel
{
    /// <summary>Draws it for the weights of all layers and the first bias.</summary>
    public static void Draw(DeepLayout shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, rows, copy) = (view.Number(size, 0), view.Number(size, 1), view.Copy(size.Floats));
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
            copy[at] = Of(shape, view, (int)at, classes, rows);
    }

    private static float Of(DeepLayout shape, NoiseView view, int at, int classes, int rows)
    {
        if (at < shape.Bias(1))
            return at % shape.Hidden1 < shape.Units1 && at / shape.Hidden1 < rows
                ? view.Draw(view.Seed, at / shape.Hidden1, at % shape.Hidden1)
                : NoiseSumKernel.None;
        if (at < shape.Weights(2))
            return at - shape.Bias(1) < shape.Units1
                ? view.Draw(CounterRandom.Bits(view.Seed, 1, 0), 0, at - shape.Bias(1))
                : NoiseSumKernel.None;
        if (at < shape.Bias(2))
            return OfPanel(view, 2, at - shape.Weights(2), shape.Hidden1, shape.Units1, shape.Units2);
        if (at < shape.Weights(3) || at >= shape.Bias(3))
            return NoiseSumKernel.None;
        return OfPanel(view, 3, at - shape.Weights(3), shape.Hidden2, shape.Units2, classes);
    }

    /// <summary>
    /// Of a weight from one unit to another, where both are in use; its place as <see cref="Panels.Place"/>.
    /// </summary>
    private static float OfPanel(NoiseView view, int layer, int at, int inputs, int from, int to)
    {
        var (input, output) = (at / Panels.Width % inputs,
            (at / (Panels.Width * inputs) * Panels.Width) + (at % Panels.Width));
        return input < from && output < to
            ? view.Draw(CounterRandom.Bits(view.Seed, (ulong)layer, 0), input, output)
            : NoiseSumKernel.None;
    }
}
