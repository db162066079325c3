using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Encoding;
using MoE.Compute.Gpu.Launches;

namespace MoE.Compute.Experts.Mlp.Gpu;

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
