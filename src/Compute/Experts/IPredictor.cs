using MoE.Compute.Encoding;

namespace MoE.Compute.Experts;

/// <summary>
/// Predicts by an expert's numbers as they were when <see cref="IExpert.Snapshot"/> copied them, many rows at once and
/// without learning. Used by one thread at a time; <see cref="Share"/> gives other threads their own.
/// </summary>
public interface IPredictor
{
    /// <summary>Predicts rows; no row depends on the ones before it.</summary>
    /// <param name="batch">
    /// The rows that the others are taken from. A category of -1 is one that the model has not met.
    /// </param>
    /// <param name="shape">The classes known before each row.</param>
    /// <param name="rows">The rows to predict, ascending.</param>
    /// <param name="answers">Out: log-probabilities (rows, heads, stride), as an expert answers them.</param>
    void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers);

    /// <summary>A predictor for another thread, over the same numbers.</summary>
    IPredictor Share();
}
