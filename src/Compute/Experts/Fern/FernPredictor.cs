using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Fern;

/// <summary>
/// Predicts by leaves that nobody changes any more. Rows do not wait for each other: the leaves of the next one are on
/// their way from memory while one is summed.
/// </summary>
internal sealed class FernPredictor<L>(FernSplits tests, AlignedFloats leaves, int count, int stride, int classes)
    : IPredictor where L : struct, ILanes<L>
{
    private readonly int[] _leaf = new int[count];
    private readonly float[] _logits = new float[ClassVectors.Padded(stride) + ClassVectors.Block];
    private readonly SoftmaxRows<L> _answers = new(classes);

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        for (var i = 0; i < rows.Length; i++)
        {
            tests.Leaves(batch, rows[i], stride, _leaf);
            NarrowVectors.Sum<L>(ref leaves.First, _leaf, stride, _logits);
            _answers.Take(ref _logits[1], i, shape, rows, answers);
        }
    }

    public IPredictor Share() => new FernPredictor<L>(tests.Clone(), leaves, count, stride, classes);
}
