using ILGPU;

namespace MoE.Compute.Gpu.Launches;

/// <summary>Everything that a launch reads and writes; group g does item g.</summary>
internal struct LaunchView
{
    /// <summary>The rows.</summary>
    public BatchView Batch;

    /// <summary>One item per thread group.</summary>
    public ArrayView<LaunchItem> Items;

    /// <summary>The items' lists of rows, one behind the other.</summary>
    public ArrayView<int> Rows;

    /// <summary>The arena's floats, slot by slot.</summary>
    public ArrayView<float> Floats;

    /// <summary>The arena's whole numbers, slot by slot.</summary>
    public ArrayView<int> Ints;

    /// <summary>The arena's long whole numbers, slot by slot.</summary>
    public ArrayView<long> Longs;

    /// <summary>Adam's corrections (steps, 2).</summary>
    public ArrayView<float> Corrections;

    /// <summary>Log-probabilities (rows, heads, ClassStride) of every item.</summary>
    public ArrayView<float> Answers;
}

/// <summary>What one thread group is to do in a launch: take one expert through its rows of a batch.</summary>
internal struct LaunchItem
{
    /// <summary>The expert's slot in its arena.</summary>
    public int Slot;

    /// <summary>Where its list of rows begins.</summary>
    public int FirstRow;

    /// <summary>Number of its rows.</summary>
    public int Rows;

    /// <summary>Where its answers begin.</summary>
    public int Answer;

    /// <summary>1 where it learns the rows, 0 where it answers only.</summary>
    public int Learns;
}

/// <summary>A batch as kernels read it: the arrays of an encoded batch, under the same names.</summary>
internal struct BatchView
{
    /// <summary>Numeric features, N.</summary>
    public int Numeric;

    /// <summary>Categorical features, M.</summary>
    public int Categorical;

    /// <summary>Length of one head's answer to one row.</summary>
    public int ClassStride;

    /// <summary>z-scores (B, N).</summary>
    public ArrayView<float> Z;

    /// <summary>Ranks (B, N); NaN where the cell is missing.</summary>
    public ArrayView<float> Rank;

    /// <summary>Category indices (B, M).</summary>
    public ArrayView<int> Category;

    /// <summary>Classes (B).</summary>
    public ArrayView<int> Targets;

    /// <summary>Classes known before each row (B).</summary>
    public ArrayView<int> KnownClasses;
}
