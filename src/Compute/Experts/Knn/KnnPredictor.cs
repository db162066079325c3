using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn;

/// <summary>
/// Predicts by rows that nobody adds to any more: as many rows as the ring is worth are looked for together, in all of
/// its tiles.
/// </summary>
internal sealed class KnnPredictor<L> : IPredictor where L : struct, ILanes<L>
{
    private readonly KnnOptions _options;
    private readonly SlidingWindow<L> _ring;
    private readonly WindowSearch<L> _search;
    private readonly KnnAnswer<L> _answer;
    private readonly float _usual;
    private readonly int _labels;

    /// <summary>A predictor over a ring.</summary>
    /// <param name="options">How many vote.</param>
    /// <param name="ring">The rows, which have queries of this predictor alone.</param>
    /// <param name="usual">The usual distance of the last neighbour; 0 where none is known.</param>
    /// <param name="labels">Above every label in the ring.</param>
    public KnnPredictor(KnnOptions options, SlidingWindow<L> ring, float usual, int labels)
    {
        (_options, _ring, _usual, _labels) = (options, ring, usual, labels);
        _search = new WindowSearch<L>(ring, options.Wide, 2 * (options.Wide + KnnRule.Tile));
        _answer = new KnnAnswer<L>(options, ring, _search);
    }

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        var length = KnnAnswer<L>.Heads * shape.Stride;
        _answer.Fit(shape.Stride, _labels);
        while (!rows.IsEmpty)
        {
            var count = Math.Min(rows.Length, _ring.RowsAtOnce);
            _search.Start(batch, rows[..count], _usual);
            for (var i = 0; i < count; i++)
                _answer.Give(shape.KnownClasses[rows[i]], i, _labels, answers.Slice(i * length, length));
            rows = rows[count..];
            answers = answers[(count * length)..];
        }
    }

    public IPredictor Share() => new KnnPredictor<L>(_options, _ring.Share(), _usual, _labels);
}
