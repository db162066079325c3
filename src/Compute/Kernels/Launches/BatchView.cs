using ILGPU;

namespace MoE.Compute.Kernels.Launches;

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
    public ArrayView<int> Known;
}
