using ILGPU;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Experts.Mlp.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep.Gpu;

/// <summary>
/// Where the numbers of a network lie in its slot, and what it is. A block of weights is W₁ (rows, H₁), b₁, then
/// weights and bias of the second and the third layer in panels. Then follow, for Adam, a block of each moment, and
/// the weights (M, T) of the inputs that the rows that wait touch. Layers are counted from 1.
/// </summary>
internal struct DeepLayout
{
    /// <summary>Among the whole numbers: classes, rows, rows that wait, then names' rows.</summary>
    public const int Waiting = 2, Names = 3;

    /// <summary>Weights that share a count of Adam's steps.</summary>
    public const int Tile = 8 * Panels.Width;

    /// <summary>Hidden units that are used; those padded to whole panels, H₁ and H₂.</summary>
    public int Units1, Units2, Hidden1, Hidden2;

    /// <summary>Room for classes, C: whole panels.</summary>
    public int ClassRoom;

    /// <summary>Rows of inputs from the start, and room for more.</summary>
    public int Fixed, RowRoom;

    /// <summary>Room for names of each categorical feature.</summary>
    public int NameRoom;

    /// <summary>Numeric and categorical features.</summary>
    public int Numeric, Categorical;

    /// <summary>What the first layer reads, as <see cref="MlpInput"/>.</summary>
    public int Input;

    /// <summary>1 for Adam, 0 for plain steps.</summary>
    public int Adam;

    /// <summary>Rows that a step learns from, M.</summary>
    public int Minibatch;

    /// <summary>Learning rate, scale of the summed gradient, scales of first weights.</summary>
    public float Rate, Scale, InputScale, SecondScale, OutputScale;

    /// <summary>Threads of a group side by side in a product.</summary>
    public int Across;

    /// <summary>Inputs that one row touches at most, T.</summary>
    public readonly int Touched => InputCells.CountOf(Input, Numeric, Categorical);

    /// <summary>Numbers that go into a layer; into the first, its rows.</summary>
    public readonly int Inputs(int layer) => layer == 1 ? RowRoom : layer == 2 ? Hidden1 : Hidden2;

    /// <summary>Numbers that come out of it.</summary>
    public readonly int Outputs(int layer) => layer == 1 ? Hidden1 : layer == 2 ? Hidden2 : ClassRoom;

    /// <summary>Where its weights begin in a block.</summary>
    public readonly int Weights(int layer) => layer == 1 ? 0
        : layer == 2 ? (RowRoom + 1) * Hidden1
        : ((RowRoom + 1) * Hidden1) + ((Hidden1 + 1) * Hidden2);

    /// <summary>Where its bias begins in a block.</summary>
    public readonly int Bias(int layer) => Weights(layer) + (Inputs(layer) * Outputs(layer));

    /// <summary>Floats of a block.</summary>
    public readonly int Block => Bias(3) + ClassRoom;

    /// <summary>Where the weights of the inputs that wait begin.</summary>
    public readonly int WaitingWeights => (1 + (2 * Adam)) * Block;

    /// <summary>Adam's steps of a layer: per row of the first, per tile of the others.</summary>
    public readonly int Steps(int layer) => Counts + (Adam * (layer == 1 ? 0
        : layer == 2 ? RowRoom + 1
        : RowRoom + 1 + (Hidden1 * Hidden2 / Tile) + (Hidden2 / Panels.Width)));

    /// <summary>Adam's steps of its bias: one of the first, per panel of the others.</summary>
    public readonly int BiasSteps(int layer) =>
        Steps(layer) + (Adam * (layer == 1 ? RowRoom : Inputs(layer) * Outputs(layer) / Tile));

    /// <summary>Numbers of inputs that the rows that wait touch (M); -1 if none waits.</summary>
    public readonly int WaitingCounts => BiasSteps(3) + (Adam * ClassRoom / Panels.Width);

    /// <summary>Classes of the rows that wait.</summary>
    public readonly int WaitingTargets => WaitingCounts + Minibatch;

    /// <summary>Inputs that they touch; the first of a row's T are used, the others are -1.</summary>
    public readonly int WaitingIndex => WaitingTargets + Minibatch;

    /// <summary>The slot's size.</summary>
    public readonly SlotSize Size => new(
        WaitingWeights + (Minibatch * Touched), WaitingIndex + (Minibatch * Touched), 1);

    private readonly int Counts => Names + (Categorical * NameRoom);

    /// <summary>Floats of networks of these options with room for that many classes and names.</summary>
    public static long FloatsOf(DeepOptions options, int numeric, int categorical, SlotRoom room)
    {
        long first = Panels.Padded(options.Hidden);
        long second = Panels.Padded(options.Second);
        long classes = Panels.Padded(room.Classes);
        var rows = new MlpInputs(options.Input, numeric, categorical).Fixed + ((long)categorical * room.Names);
        var blocks = options.Optimizer == MlpOptimizer.Adam ? 3 : 1;
        return (blocks * (((rows + 1) * first) + ((first + 1) * second) + ((second + 1) * classes)))
            + ((long)options.Minibatch * InputCells.CountOf((int)options.Input, numeric, categorical));
    }

    /// <summary>The shape of networks of these options with room for that many classes and names.</summary>
    public static DeepLayout Of(DeepOptions options, int numeric, int categorical, SlotRoom room, int across)
    {
        var inputs = new MlpInputs(options.Input, numeric, categorical);
        return new DeepLayout
        {
            Units1 = options.Hidden,
            Units2 = options.Second,
            Hidden1 = Panels.Padded(options.Hidden),
            Hidden2 = Panels.Padded(options.Second),
            ClassRoom = Panels.Padded(room.Classes),
            Fixed = inputs.Fixed,
            RowRoom = inputs.Fixed + (categorical * room.Names),
            NameRoom = room.Names,
            Numeric = numeric,
            Categorical = categorical,
            Input = (int)options.Input,
            Adam = options.Optimizer == MlpOptimizer.Adam ? 1 : 0,
            Minibatch = options.Minibatch,
            Rate = options.Rate,
            Scale = DeepRule.ScaleOf(options),
            InputScale = MathF.Sqrt(2f / inputs.FanIn),
            SecondScale = MathF.Sqrt(2f / options.Hidden),
            OutputScale = 0.1f / MathF.Sqrt(options.Second),
            Across = across,
        };
    }
}

/// <summary>One network's slot on the device.</summary>
internal struct DeepSlotView
{
    /// <summary>The weights.</summary>
    public ArrayView<float> Weights;

    /// <summary>Adam's first and second moments, laid out as the weights.</summary>
    public ArrayView<float> Mean, Square;

    /// <summary>Weights (M, T) of the inputs that wait.</summary>
    public ArrayView<float> WaitingWeights;

    /// <summary>The whole numbers.</summary>
    public ArrayView<int> Ints;

    /// <summary>Where first weights are drawn from.</summary>
    public ulong Seed;

    /// <summary>The network in a slot.</summary>
    public static DeepSlotView Of(DeepLayout shape, LaunchView view, int slot)
    {
        var size = shape.Size;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        return new DeepSlotView
        {
            Weights = floats.SubView(0, shape.Block),
            Mean = floats.SubView(shape.Adam * shape.Block, shape.Block),
            Square = floats.SubView(2 * shape.Adam * shape.Block, shape.Block),
            WaitingWeights = floats.SubView(shape.WaitingWeights, shape.Minibatch * shape.Touched),
            Ints = view.Ints.SubView((long)slot * size.Ints, size.Ints),
            Seed = (ulong)view.Longs[(long)slot * size.Longs],
        };
    }
}

/// <summary>The M rows of one step of a launch.</summary>
internal struct DeepRows
{
    /// <summary>What the layers give, (M, outputs) layer after layer: two hidden layers and logits.</summary>
    public ArrayView<float> Activations;

    /// <summary>The gradients of the same.</summary>
    public ArrayView<float> Deltas;

    /// <summary>Weights (M, T) of the inputs that are touched.</summary>
    public ArrayView<float> Weight;

    /// <summary>Σ ‖input‖² of every layer, at its number.</summary>
    public ArrayView<float> Norms;

    /// <summary>Inputs (M, T) that are touched; -1 for none.</summary>
    public ArrayView<int> Index;

    /// <summary>Classes (M), and classes known before each row (M).</summary>
    public ArrayView<int> Targets, Classes;

    /// <summary>Where a layer's numbers begin in the activations and in the deltas.</summary>
    public static int Layer(DeepLayout shape, int layer) => shape.Minibatch
        * (layer == 1 ? 0 : layer == 2 ? shape.Hidden1 : shape.Hidden1 + shape.Hidden2);
}

/// <summary>Room for what the steps of a launch compute between its kernels, step by step.</summary>
internal struct DeepScratch
{
    /// <summary>Floats.</summary>
    public ArrayView<float> Floats;

    /// <summary>Whole numbers.</summary>
    public ArrayView<int> Ints;

    /// <summary>Floats of one step: activations and deltas of three layers, inputs' weights, sums of squares.</summary>
    public static int FloatsOf(DeepLayout shape) =>
        (shape.Minibatch * ((2 * (shape.Hidden1 + shape.Hidden2 + shape.ClassRoom)) + shape.Touched)) + 4;

    /// <summary>Whole numbers of one step: inputs, targets, classes known before each row.</summary>
    public static int IntsOf(DeepLayout shape) => shape.Minibatch * (shape.Touched + 2);

    /// <summary>The room of a step.</summary>
    public readonly DeepRows Of(DeepLayout shape, int step)
    {
        var (m, outputs) = (shape.Minibatch, shape.Hidden1 + shape.Hidden2 + shape.ClassRoom);
        var floats = Floats.SubView((long)step * FloatsOf(shape), FloatsOf(shape));
        var ints = Ints.SubView((long)step * IntsOf(shape), IntsOf(shape));
        return new DeepRows
        {
            Activations = floats.SubView(0, m * outputs),
            Deltas = floats.SubView(m * outputs, m * outputs),
            Weight = floats.SubView(2 * m * outputs, m * shape.Touched),
            Norms = floats.SubView(m * ((2 * outputs) + shape.Touched), 4),
            Index = ints.SubView(0, m * shape.Touched),
            Targets = ints.SubView(m * shape.Touched, m),
            Classes = ints.SubView(m * (shape.Touched + 1), m),
        };
    }
}

/// <summary>
/// What one round of a launch does of a step: the rows up to the next step of learning, after those that waited. It
/// follows from numbers that no kernel changes before the end of the launch, so that it need not be sent.
/// </summary>
internal struct DeepTask
{
    /// <summary>The expert's slot.</summary>
    public int Slot;

    /// <summary>Where the rows begin in the list of rows, and their answers.</summary>
    public int FirstRow, Answer;

    /// <summary>The first of them among the rows that learn together.</summary>
    public int Place;

    /// <summary>Number of them; 0 if the step has none left.</summary>
    public int Rows;

    /// <summary>1 where they are learned.</summary>
    public int Learns;

    /// <summary>1 where they complete M rows, which are then learned.</summary>
    public int Completes;

    /// <summary>Rows that are there: those that waited and these.</summary>
    public readonly int Total => Place + Rows;

    /// <summary>The task of a step in a round.</summary>
    public static DeepTask Of(DeepLayout shape, LaunchView view, int step, int round)
    {
        var item = view.Items[step];
        var waiting = view.Ints[((long)item.Slot * shape.Size.Ints) + DeepLayout.Waiting] * item.Learns;
        var before = round == 0 ? 0 : (round * shape.Minibatch) - waiting;
        var place = round == 0 ? waiting : 0;
        var rows = IntrinsicMath.Max(0, IntrinsicMath.Min(shape.Minibatch - place, item.Rows - before));
        return new DeepTask
        {
            Slot = item.Slot,
            FirstRow = item.FirstRow + before,
            Answer = item.Answer + (before * view.Batch.ClassStride),
            Place = place,
            Rows = rows,
            Learns = item.Learns,
            Completes = rows > 0 && place + rows == shape.Minibatch ? item.Learns : 0,
        };
    }
}
