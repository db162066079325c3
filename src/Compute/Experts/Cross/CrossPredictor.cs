using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Cross;

/// <summary>Predicts by a table that nobody changes any more; what it has no entry for adds nothing.</summary>
internal sealed class CrossPredictor<L>(CrossKeys keys, CrossTable table, int classes) : IPredictor
    where L : struct, ILanes<L>
{
    private readonly int[] _places = new int[keys.Keys.Length];
    private readonly float[] _logits = new float[ClassVectors.Padded(table.Stride)];
    private readonly SoftmaxRows<L> _answers = new(classes);

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        for (var i = 0; i < rows.Length; i++)
        {
            keys.ReadKnown(batch, rows[i]);
            for (var k = 0; k < _places.Length; k++)
                _places[k] = table.FindPlaceOf(keys.Keys[k]);
            NarrowVectors.Sum<L>(ref table.Entries, _places, table.Stride, _logits);
            _answers.Take(ref _logits[0], i, shape, rows, answers);
        }
    }

    public IPredictor Share() => new CrossPredictor<L>(keys.Clone(), table, classes);
}
