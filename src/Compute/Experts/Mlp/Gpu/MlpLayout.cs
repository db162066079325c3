using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Encoding;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Mlp.Gpu;

/// <summary>
/// Where the numbers of a network lie in its slot, and what it is. A block of weights is rows of inputs (rows, S),
/// the bias (S) and the outputs (C, H), with S = H + C; there is one of weights, followed, if they are needed,
/// one of each moment of Adam and one of averaged weights.
/// </summary>
internal struct MlpLayout
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

    /// <summary>Adam's steps of inputs; those of the bias and the outputs follow.</summary>
    public readonly int Steps => Names + (Categorical * NameRoom);

    /// <summary>The slot's size.</summary>
    public readonly SlotSize Size => new(
        Averages + (Average > 0f ? Block : 0),
        Steps + (Adam * (RowRoom + 1 + ClassRoom)),
        StepOfRow + (Average > 0f ? RowRoom : 0));

    /// <summary>Floats of networks of these options with room for that many classes and names.</summary>
    public static long FloatsOf(MlpOptions options, int numeric, int categorical, SlotRoom room)
    {
        long hidden = ClassVectors.Padded(options.Hidden);
        var rows = new MlpInputs(options.Input, numeric, categorical).Fixed + ((long)categorical * room.Names);
        var blocks = 1 + (options.Optimizer == MlpOptimizer.Adam ? 2 : 0) + (options.Average > 0f ? 1 : 0);
        return blocks * (((rows + 1) * (hidden + room.Classes)) + (room.Classes * hidden));
    }

    /// <summary>The shape of networks of these options with room for that many classes and names.</summary>
    public static MlpLayout Of(MlpOptions options, int numeric, int categorical, SlotRoom room)
    {
        var inputs = new MlpInputs(options.Input, numeric, categorical);
        return new MlpLayout
        {
            Units = options.Hidden,
            Hidden = ClassVectors.Padded(options.Hidden),
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

/// <summary>One network's slot on the device.</summary>
internal struct MlpSlotView
{
    /// <summary>The learned weights, and those that predict: the averaged ones where there are.</summary>
    public ArrayView<float> Weights, Predicting;

    /// <summary>Adam's first and second moments, laid out as the weights.</summary>
    public ArrayView<float> Mean, Square;

    /// <summary>The whole numbers and the long ones.</summary>
    public ArrayView<int> Ints;

    /// <summary>The long numbers.</summary>
    public ArrayView<long> Longs;

    /// <summary>The network of a step.</summary>
    public static MlpSlotView Of(MlpLayout shape, LaunchView view, int slot)
    {
        var size = shape.Size;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        return new MlpSlotView
        {
            Weights = floats.SubView(0, shape.Block),
            Predicting = floats.SubView(shape.Average > 0f ? shape.Averages : 0, shape.Block),
            Mean = floats.SubView(shape.Adam * shape.Block, shape.Block),
            Square = floats.SubView(2 * shape.Adam * shape.Block, shape.Block),
            Ints = view.Ints.SubView((long)slot * size.Ints, size.Ints),
            Longs = view.Longs.SubView((long)slot * size.Longs, size.Longs),
        };
    }
}

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct MlpShared
{
    /// <summary>Classes whose partial sums are gathered at once.</summary>
    public const int ClassesAtOnce = 16;

    /// <summary>The rows of inputs that it touches, as bits of floats; -1 for none.</summary>
    public ArrayView<int> Index;

    /// <summary>How strongly it touches each.</summary>
    public ArrayView<float> Weight;

    /// <summary>Hidden units (H); each belongs to one thread.</summary>
    public ArrayView<float> Activation;

    /// <summary>Logits, their powers and the probabilities (C).</summary>
    public ArrayView<float> Logits, Powers, Probabilities;

    /// <summary>Partial sums (16, threads), and sums of some of them (16, parts).</summary>
    public ArrayView<float> Partial, PartSum;

    /// <summary>Parts in which the threads' sums are summed: about the root of their number, a power of 2.</summary>
    public int Parts;

    /// <summary>The number of rows of inputs so far.</summary>
    public ArrayView<int> Rows;

    /// <summary>Floats that a group of so many threads needs.</summary>
    public static int Floats(MlpLayout shape, int threads) =>
        (2 * shape.Touched) + shape.Hidden + (3 * shape.ClassRoom) + (ClassesAtOnce * (threads + PartsOf(threads))) + 1;

    /// <summary>Divides the group's memory.</summary>
    public static MlpShared Of(MlpLayout shape)
    {
        var all = SharedMemory.GetDynamic<float>();
        var (touched, classes) = (shape.Touched, shape.ClassRoom);
        var behind = (2 * touched) + shape.Hidden;
        var (sums, parts) = (behind + (3 * classes), PartsOf(Group.DimX));
        return new MlpShared
        {
            Index = all.SubView(0, touched).Cast<int>(),
            Weight = all.SubView(touched, touched),
            Activation = all.SubView(2 * touched, shape.Hidden),
            Logits = all.SubView(behind, classes),
            Powers = all.SubView(behind + classes, classes),
            Probabilities = all.SubView(behind + (2 * classes), classes),
            Partial = all.SubView(sums, ClassesAtOnce * Group.DimX),
            PartSum = all.SubView(sums + (ClassesAtOnce * Group.DimX), ClassesAtOnce * parts),
            Parts = parts,
            Rows = all.SubView(sums + (ClassesAtOnce * (Group.DimX + parts)), 1).Cast<int>(),
        };
    }

    private static int PartsOf(int threads)
    {
        var parts = 1;
        while (parts * parts < threads)
            parts *= 2;
        return parts;
    }
}

/// <summary>What every thread of a group knows alike and keeps to itself while the rows pass.</summary>
internal struct MlpState
{
    /// <summary>Classes known, rows of inputs so far.</summary>
    public int Classes, Rows;

    /// <summary>Where first weights are drawn from.</summary>
    public ulong Seed;

    /// <summary>Rows learned, and steps of the average.</summary>
    public long Learned, Steps;

    /// <summary>Takes it from the slot.</summary>
    public static MlpState Load(MlpLayout shape, MlpSlotView slot) => new()
    {
        Classes = slot.Ints[0],
        Rows = slot.Ints[1],
        Seed = (ulong)slot.Longs[0],
        Learned = shape.Average > 0f ? slot.Longs[1] : 0,
        Steps = shape.Average > 0f ? slot.Longs[2] : 0,
    };

    /// <summary>Writes what learning changed.</summary>
    public readonly void Store(MlpSlotView slot)
    {
        if (Group.IdxX != 0)
            return;
        slot.Ints[0] = Classes;
        slot.Ints[1] = Rows;
        slot.Longs[1] = Learned;
        slot.Longs[2] = Steps;
    }
}

/// <summary>
/// Which rows of a first layer the cells of a row touch, as <see cref="MlpInputs"/>: z-scores come first, then two hats
/// a number, then names, each where the layer reads them.
/// </summary>
internal struct InputCells
{
    /// <summary>Stands for no row.</summary>
    public const int None = -1;

    /// <summary>What the layer reads, as <see cref="MlpInput"/>.</summary>
    public int Input;

    /// <summary>The rows touched; -1 for none.</summary>
    public ArrayView<int> Index;

    /// <summary>How strongly.</summary>
    public ArrayView<float> Weight;

    /// <summary>Rows that are touched at most.</summary>
    public static int CountOf(int input, int numeric, int categorical) => FirstName(input, numeric) + categorical;

    /// <summary>Reads numeric feature j of a row.</summary>
    public readonly void ReadNumber(BatchView batch, int row, int j)
    {
        var cell = (row * batch.Numeric) + j;
        var firstHat = FirstHat(Input, batch.Numeric);
        if (firstHat > 0)
            Touch(j, j, batch.Z[cell]);
        if (Input == (int)MlpInput.Z)
            return;
        var rank = batch.Rank[cell];
        var isMissing = XMath.IsNaN(rank);
        var q = isMissing ? 0f : rank * (Encoder.Hats - 1);
        var hat = (int)q;
        var fraction = q - hat;
        var first = firstHat + (j * Encoder.Hats) + hat;
        Touch(firstHat + (2 * j), isMissing ? None : first, 1f - fraction);
        Touch(firstHat + (2 * j) + 1, fraction > 0f ? first + 1 : None, fraction);
    }

    /// <summary>
    /// Reads the names of a row; one that has no row of weights gets the next where it is learned, else touches none.
    /// </summary>
    /// <param name="batch">The rows.</param>
    /// <param name="ints">Where rows of weights of names (M, room) lie.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="room">Room for names of each feature.</param>
    /// <param name="rows">Rows of weights so far.</param>
    /// <param name="row">The row.</param>
    /// <param name="learns">Whether it is learned.</param>
    /// <returns>Rows of weights from now on.</returns>
    public readonly int ReadNames(
        BatchView batch, ArrayView<int> ints, int first, int room, int rows, int row, bool learns)
    {
        for (var m = 0; m < batch.Categorical; m++)
        {
            var place = first + (m * room) + batch.Category[(row * batch.Categorical) + m];
            if (ints[place] == None && learns)
                ints[place] = rows++;
            Touch(FirstName(Input, batch.Numeric) + m, ints[place], 1f);
        }
        return rows;
    }

    private static int FirstHat(int input, int numeric) => input == (int)MlpInput.Hat ? 0 : numeric;

    private static int FirstName(int input, int numeric) =>
        FirstHat(input, numeric) + (input == (int)MlpInput.Z ? 0 : 2 * numeric);

    private readonly void Touch(int place, int index, float weight)
    {
        var (indices, weights) = (Index, Weight);
        indices[place] = index;
        weights[place] = weight;
    }
}

/// <summary>One step of Adam of one weight, as <see cref="Adam"/>.</summary>
internal static class AdamStep
{
    /// <summary>Follows the gradient g; the weight has taken so many steps, this one included.</summary>
    public static void Take(
        ArrayView<float> corrections, ArrayView<float> weights, ArrayView<float> means, ArrayView<float> squares,
        int place, int steps, float rate, float g)
    {
        var age = IntrinsicMath.Min(steps, MlpLearningRule.Settled);
        var mean = (MlpLearningRule.Beta1 * means[place]) + ((1f - MlpLearningRule.Beta1) * g);
        var square = (MlpLearningRule.Beta2 * squares[place]) + ((1f - MlpLearningRule.Beta2) * g * g);
        means[place] = mean;
        squares[place] = square;
        var root = XMath.Sqrt(square * corrections[(2 * age) + 1]) + MlpLearningRule.Epsilon;
        weights[place] -= rate * corrections[2 * age] * mean / root;
    }
}
