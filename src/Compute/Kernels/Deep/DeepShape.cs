using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Networks;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Kernels.Deep;

/// <summary>
/// Where the numbers of a network lie in its slot, and what it is. A block of weights is W₁ (rows, H₁), b₁, then
/// weights and bias of the second and the third layer in panels; behind it are, for Adam, a block of each moment, and
/// the weights (M, T) of the inputs that the rows that wait touch. Layers are counted from 1.
/// </summary>
internal struct DeepShape
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

    /// <summary>Numbers of inputs that the rows that wait touch (M); -1 where none waits.</summary>
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
    public static DeepShape Of(DeepOptions options, int numeric, int categorical, SlotRoom room, int across)
    {
        var inputs = new MlpInputs(options.Input, numeric, categorical);
        return new DeepShape
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
