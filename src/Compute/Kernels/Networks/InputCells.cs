using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Encoding;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Networks;

/// <summary>
/// Which rows of a first layer the cells of a row touch, as <see cref="MlpInputs"/>: entry j for the z-score of numeric
/// feature j, N + 2 j and N + 2 j + 1 for its hats, 3 N + m for the name of categorical feature m.
/// </summary>
internal struct InputCells
{
    /// <summary>Stands for no row.</summary>
    public const int None = -1;

    /// <summary>The rows touched; -1 for none.</summary>
    public ArrayView<int> Index;

    /// <summary>How strongly.</summary>
    public ArrayView<float> Weight;

    /// <summary>Reads numeric feature j of a row.</summary>
    public readonly void ReadNumber(BatchView batch, int input, int row, int j)
    {
        var cell = (row * batch.Numeric) + j;
        var (z, rank) = (batch.Z[cell], batch.Rank[cell]);
        var (low, high) = (batch.Numeric + (2 * j), batch.Numeric + (2 * j) + 1);
        Touch(j, input == (int)MlpInput.Hat ? None : j, z);
        Touch(low, None, 0f);
        Touch(high, None, 0f);
        if (input == (int)MlpInput.Z || XMath.IsNaN(rank))
            return;
        var q = rank * (Encoder.Hats - 1);
        var hat = (int)q;
        var fraction = q - hat;
        var first = (input == (int)MlpInput.Hat ? 0 : batch.Numeric) + (j * Encoder.Hats) + hat;
        Touch(low, first, 1f - fraction);
        if (fraction > 0f)
            Touch(high, first + 1, fraction);
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
            Touch((3 * batch.Numeric) + m, ints[place], 1f);
        }
        return rows;
    }

    private readonly void Touch(int place, int index, float weight)
    {
        var (indices, weights) = (Index, Weight);
        indices[place] = index;
        weights[place] = weight;
    }
}
