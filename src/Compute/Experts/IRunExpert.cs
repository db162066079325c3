using MoE.Compute.Encoding;

namespace MoE.Compute.Experts;

/// <summary>
/// An expert that is faster where it is given many rows at once. What it answers and learns has the bits of the same
/// rows one by one.
/// </summary>
public interface IRunExpert : IExpert
{
    /// <summary>Predicts and learns rows in their order, or only answers them.</summary>
    /// <param name="batch">The rows that the others are taken from.</param>
    /// <param name="labels">What is learned from them, and the classes known before each.</param>
    /// <param name="rows">The rows that it sees, ascending.</param>
    /// <param name="learns">Whether it learns them.</param>
    /// <param name="answers">Out: log-probabilities (rows, heads, stride).</param>
    void Take(FeatureBatch batch, Labels labels, ReadOnlySpan<int> rows, bool learns, Span<float> answers);
}
