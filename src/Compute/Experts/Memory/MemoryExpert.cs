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

    public void Predict(EncodedBatch batch, int row, Span<float> logProbabilities) =>
        Start(batch, [row]).Predict(batch, row, 0, logProbabilities);

    public void Learn(EncodedBatch batch, int row) => Learn(batch, row, 0);

    public void Answer(EncodedBatch batch, int row, Span<float> logProbabilities) =>
        Start(batch, [row]).Say(batch, row, 0, logProbabilities);

    public void Take(EncodedBatch batch, ReadOnlySpan<int> rows, bool learns, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var length = Heads * batch.ClassStride;
        while (!rows.IsEmpty)
        {
            var count = Math.Min(rows.Length, _ring.RowsAtOnce);
            if (learns)
                count = Math.Min(count, _ring.LeftInTile);
            Start(batch, rows[..count]);
            for (var i = 0; i < count; i++)
                if (learns)
                {
                    Predict(batch, rows[i], i, answers.Slice(i * length, length));
                    Learn(batch, rows[i], i);
                }
                else
                    Say(batch, rows[i], i, answers.Slice(i * length, length));
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

    private MemoryExpert<L> Start(EncodedBatch batch, ReadOnlySpan<int> rows)
    {
        _answer.Fit(batch.ClassStride, _labels);
        _search.Start(batch, rows, _usual);
        return this;
    }

    private void Predict(EncodedBatch batch, int row, int place, Span<float> logProbabilities)
    {
        if (Say(batch, row, place, logProbabilities) is var farthest && farthest >= 0f)
            _usual = MemoryRule.Usual(_usual, farthest);
    }

    private void Learn(EncodedBatch batch, int row, int place)
    {
        var y = batch.Targets[row];
        _labels = Math.Max(_labels, y + 1);
        _ring.Add(place, y);
    }

    /// <summary>Both heads' answers; the distance of the farthest neighbour, below 0 where there is none.</summary>
    private float Say(EncodedBatch batch, int row, int place, Span<float> logProbabilities) =>
        _answer.Give(batch.Known[row], place, _labels, logProbabilities[..(Heads * batch.ClassStride)]);
}
