using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn;

/// <summary>
/// Nearest neighbours among the last rows: two heads, in which more and fewer of them vote. The search looks first
/// somewhat beyond the usual distance of the last neighbour.
/// </summary>
/// <remarks>
/// The definition: <see cref="Gpu.KnnKernel"/> computes it on a device, and the tests' KnnReference in doubles.
/// </remarks>
internal sealed class KnnExpert<L> : IRunExpert where L : struct, ILanes<L>
{
    private readonly KnnOptions _options;
    private readonly SlidingWindow<L> _ring;
    private readonly WindowSearch<L> _search;
    private readonly KnnAnswer<L> _answer;
    private float _usual;

    /// <summary>Above every label in the ring.</summary>
    private int _labels;

    public KnnExpert(KnnOptions options, Schema schema)
        : this(options, new SlidingWindow<L>(options.Input, options.Size, schema.Numeric, schema.Categorical))
    {
    }

    private KnnExpert(KnnOptions options, SlidingWindow<L> ring)
    {
        (_options, _ring) = (options, ring);
        _search = new WindowSearch<L>(ring, options.Wide, (4 * options.Wide) + (8 * KnnRule.Tile));
        _answer = new KnnAnswer<L>(options, ring, _search);
    }

    public int Heads => KnnAnswer<L>.Heads;

    public void Forward(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        Start(batch, [row], logProbabilities.Length / Heads);
        Predict(0, classes, logProbabilities);
    }

    public void Learn(int target) => Learn(0, target);

    public void Predict(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        Start(batch, [row], logProbabilities.Length / Heads);
        Say(0, classes, logProbabilities);
    }

    public void Take(FeatureBatch batch, Labels labels, ReadOnlySpan<int> rows, bool learns, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(labels);
        var length = Heads * labels.Stride;
        while (!rows.IsEmpty)
        {
            var count = Math.Min(rows.Length, _ring.RowsAtOnce);
            if (learns)
                count = Math.Min(count, _ring.LeftInTile);
            Start(batch, rows[..count], labels.Stride);
            for (var i = 0; i < count; i++)
                if (learns)
                {
                    Predict(i, labels.KnownClasses[rows[i]], answers.Slice(i * length, length));
                    Learn(i, labels.Targets[rows[i]]);
                }
                else
                    Say(i, labels.KnownClasses[rows[i]], answers.Slice(i * length, length));
            rows = rows[count..];
            answers = answers[(count * length)..];
        }
    }

    public void Flush()
    {
        // nothing is ever put off
    }

    public void AddNoise(float deviation, ulong seed)
    {
        // rows that were seen are not weights
    }

    public IPredictor Snapshot(int classes) => new KnnPredictor<L>(_options, _ring.Clone(), _usual, _labels);

    public IExpert Clone() => new KnnExpert<L>(_options, _ring.Clone()) { _usual = _usual, _labels = _labels };

    public void Save(StateWriter state)
    {
        state.Write((double)_usual);
        _ring.Save(state);
    }

    public void Load(StateReader state)
    {
        _usual = (float)state.ReadDouble(0, float.MaxValue);
        _ring.Load(state);
        _labels = _ring.GreatestLabel + 1;
    }

    private void Start(FeatureBatch batch, ReadOnlySpan<int> rows, int stride)
    {
        _answer.Fit(stride, _labels);
        _search.Start(batch, rows, _usual);
    }

    private void Predict(int place, int classes, Span<float> logProbabilities)
    {
        if (Say(place, classes, logProbabilities) is var farthest && farthest >= 0f)
            _usual = KnnRule.Usual(_usual, farthest);
    }

    private void Learn(int place, int target)
    {
        _labels = Math.Max(_labels, target + 1);
        _ring.Add(place, target);
    }

    /// <summary>Both heads' answers; the distance of the farthest neighbour, below 0 if there is none.</summary>
    private float Say(int place, int classes, Span<float> logProbabilities) =>
        _answer.Give(classes, place, _labels, logProbabilities);
}

/// <summary>The two heads' answers to rows that were looked for: of the nearest, and of more of them.</summary>
internal sealed class KnnAnswer<L>(KnnOptions options, SlidingWindow<L> ring, WindowSearch<L> search)
    where L : struct, ILanes<L>
{
    /// <summary>Answers per row.</summary>
    public const int Heads = 2;

    private readonly NeighbourVote<L> _vote = new(options.Wide);

    /// <summary>Makes room for answers of a length, and for labels below a number.</summary>
    public void Fit(int stride, int labels) => _vote.Fit(Math.Max(stride, ClassVectors.Padded(labels)));

    /// <summary>Writes both answers; the distance of the farthest neighbour, below 0 if there is none.</summary>
    /// <param name="classes">Classes known.</param>
    /// <param name="place">Which of the rows that are looked for together.</param>
    /// <param name="labels">Above every label in the ring.</param>
    /// <param name="logProbabilities">Out: (2, S).</param>
    public float Give(int classes, int place, int labels, Span<float> logProbabilities)
    {
        if (ring.Count == 0)
        {
            logProbabilities.Fill(classes == 0 ? 0f : FastMath.Log(1f / classes));
            return -1f;
        }
        var stride = logProbabilities.Length / Heads;
        var k = Math.Min(options.Wide, ring.Count);
        var found = search.Find(place, k);
        var farthest = _vote.Count(found, k, labels, classes, logProbabilities[stride..]);
        var few = Math.Min(options.Near, k);
        Nearest<L>.Keep(found.Distance, found.Label, k, few, farthest);
        _vote.Count(found, few, labels, classes, logProbabilities[..stride]);
        return farthest;
    }
}

/// <summary>
/// Predicts by rows to which no more are added: as many rows as the ring is worth are looked for together, in all of
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
    /// <param name="usual">The usual distance of the last neighbour; 0 if none is known.</param>
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
