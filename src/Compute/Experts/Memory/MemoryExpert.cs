using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>
/// Nearest neighbours among the last rows: two heads, in which more and fewer of them vote. The search looks first
/// somewhat beyond the usual distance of the last neighbour.
/// </summary>
internal sealed class MemoryExpert<L> : IRunExpert where L : struct, ILanes<L>
{
    private readonly MemoryOptions _options;
    private readonly Ring<L> _ring;
    private readonly RingSearch<L> _search;
    private readonly MemoryAnswer<L> _answer;
    private float _usual;

    /// <summary>Above every label in the ring.</summary>
    private int _labels;

    public MemoryExpert(MemoryOptions options, Schema schema)
        : this(options, new Ring<L>(options.Input, options.Size, schema.Numeric, schema.Categorical))
    {
    }

    private MemoryExpert(MemoryOptions options, Ring<L> ring)
    {
        (_options, _ring) = (options, ring);
        _search = new RingSearch<L>(ring, options.Wide, (4 * options.Wide) + (8 * MemoryRule.Tile));
        _answer = new MemoryAnswer<L>(options, ring, _search);
    }

    public int Heads => MemoryAnswer<L>.Heads;

    public void Predict(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        Start(batch, [row], logProbabilities.Length / Heads);
        Predict(0, classes, logProbabilities);
    }

    public void Learn(int target) => Learn(0, target);

    public void Answer(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
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
                    Predict(i, labels.Known[rows[i]], answers.Slice(i * length, length));
                    Learn(i, labels.Targets[rows[i]]);
                }
                else
                    Say(i, labels.Known[rows[i]], answers.Slice(i * length, length));
            rows = rows[count..];
            answers = answers[(count * length)..];
        }
    }

    public void Settle()
    {
        // nothing is ever put off
    }

    public void Perturb(float deviation, ulong seed)
    {
        // rows that were seen are no weights
    }

    public IPredictor Snapshot(int classes) => new MemoryPredictor<L>(_options, _ring.Clone(), _usual, _labels);

    public IExpert Clone() => new MemoryExpert<L>(_options, _ring.Clone()) { _usual = _usual, _labels = _labels };

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
            _usual = MemoryRule.Usual(_usual, farthest);
    }

    private void Learn(int place, int target)
    {
        _labels = Math.Max(_labels, target + 1);
        _ring.Add(place, target);
    }

    /// <summary>Both heads' answers; the distance of the farthest neighbour, below 0 where there is none.</summary>
    private float Say(int place, int classes, Span<float> logProbabilities) =>
        _answer.Give(classes, place, _labels, logProbabilities);
}
