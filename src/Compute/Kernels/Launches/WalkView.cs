using ILGPU;

namespace MoE.Compute.Kernels.Launches;

/// <summary>Everything that a launch reads and writes; group g does step g.</summary>
internal struct WalkView
{
    /// <summary>The rows.</summary>
    public BatchView Batch;

    /// <summary>One step per thread group.</summary>
    public ArrayView<WalkStep> Steps;

    /// <summary>The steps' lists of rows, one behind the other.</summary>
    public ArrayView<int> Rows;

    /// <summary>The arena's floats, slot by slot.</summary>
    public ArrayView<float> Floats;

    /// <summary>The arena's whole numbers, slot by slot.</summary>
    public ArrayView<int> Ints;

    /// <summary>The arena's long whole numbers, slot by slot.</summary>
    public ArrayView<long> Longs;

    /// <summary>Adam's corrections (steps, 2).</summary>
    public ArrayView<float> Corrections;

    /// <summary>Log-probabilities (rows, heads, ClassStride) of every step.</summary>
    public ArrayView<float> Answers;
}
