using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Networks;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>
/// Where the numbers of a network lie in its slot, and what it is. A block of weights is rows of inputs (rows, S),
/// the bias (S) and the outputs (C, H), with S = H + C; there is one of weights, and behind it, where they are needed,
/// one of each moment of Adam and one of averaged weights.
/// </summary>
internal struct MlpShape
{
    /// <summary>Among the whole numbers: classes, rows, then names' rows, then Adam's steps.</summary>
    public const int Names = 2;

    /// <summary>Among the long numbers: the seed, the average's rows and steps, then its step of every row.</summary>
    public const int StepOfRow = 3;

    /// <summary>Hidden units that are used, and H: those padded to whole blocks of 16.</summary>
    public int Units, Hidden;

    /// <summary>Room for classes, C.</summary>
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

    /// <summary>Learning rate, rate of the average (0 for none), scales of first weights.</summary>
    public float Rate, Average, InputScale, OutputScale;

    /// <summary>Length of a row of inputs, S.</summary>
    public readonly int Stride => Hidden + ClassRoom;

    /// <summary>Inputs that one row touches at most.</summary>
    public readonly int Touched => InputCells.CountOf(Input, Numeric, Categorical);

    /// <summary>Where names begin among them.</summary>
    public readonly int FirstName => Touched - Categorical;

    /// <summary>Floats of a block of weights.</summary>
    public readonly int Block => ((RowRoom + 1) * Stride) + (ClassRoom * Hidden);

    /// <summary>Where the bias begins in a block.</summary>
    public readonly int Bias => RowRoom * Stride;

    /// <summary>Where the outputs begin in a block.</summary>
    public readonly int Outputs => (RowRoom + 1) * Stride;

    /// <summary>Where the averaged weights begin.</summary>
    public readonly int Averages => (1 + (2 * Adam)) * Block;

    /// <summary>Adam's steps of inputs; those of the bias and the outputs come behind.</summary>
    public readonly int Steps => Names + (Categorical * NameRoom);

    /// <summary>The slot's size.</summary>
    public readonly SlotSize Size => new(
        Averages + (Average > 0f ? Block : 0),
        Steps + (Adam * (RowRoom + 1 + ClassRoom)),
        StepOfRow + (Average > 0f ? RowRoom : 0));

    /// <summary>Floats of networks of these options with room for that many classes and names.</summary>
    public static long FloatsOf(MlpOptions options, int numeric, int categorical, SlotRoom room)
    {
        long hidden = ClassRows.Padded(options.Hidden);
        var rows = new MlpInputs(options.Input, numeric, categorical).Fixed + ((long)categorical * room.Names);
        var blocks = 1 + (options.Optimizer == MlpOptimizer.Adam ? 2 : 0) + (options.Average > 0f ? 1 : 0);
        return blocks * (((rows + 1) * (hidden + room.Classes)) + (room.Classes * hidden));
    }

    /// <summary>The shape of networks of these options with room for that many classes and names.</summary>
    public static MlpShape Of(MlpOptions options, int numeric, int categorical, SlotRoom room)
    {
        var inputs = new MlpInputs(options.Input, numeric, categorical);
        return new MlpShape
        {
            Units = options.Hidden,
            Hidden = ClassRows.Padded(options.Hidden),
            ClassRoom = room.Classes,
            Fixed = inputs.Fixed,
            RowRoom = inputs.Fixed + (categorical * room.Names),
            NameRoom = room.Names,
            Numeric = numeric,
            Categorical = categorical,
            Input = (int)options.Input,
            Adam = options.Optimizer == MlpOptimizer.Adam ? 1 : 0,
            Rate = options.Rate,
            Average = options.Average,
            InputScale = MathF.Sqrt(2f / inputs.FanIn),
            OutputScale = 0.1f / MathF.Sqrt(options.Hidden),
        };
    }
}
