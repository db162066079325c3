using MoE.Compute.Batches;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Plots;

/// <summary>
/// The history of a run in a bounded number of intervals. When there are too many, neighbours are merged in pairs, and
/// later intervals are twice as long.
/// </summary>
/// <param name="begin">Rows learned before the run.</param>
internal sealed class PlotHistory(long begin)
{
    /// <summary>Intervals kept at most; even, so that neighbours can be merged.</summary>
    public const int MostPoints = 240;

    /// <summary>Marks kept at most.</summary>
    public const int MostMarks = 1000;

    private readonly List<PlotPoint> _full = [];
    private readonly List<PlotMark> _marks = [];
    private readonly SortedDictionary<long, string> _routed = [];
    private PlotPoint? _open;
    private long _openBatches;
    private long _batchesPerPoint = 1;
    private long _rows = begin;

    /// <summary>Rows learned before the first interval.</summary>
    public long Begin { get; } = begin;

    /// <summary>The intervals in their order; the last one may be shorter than the others.</summary>
    public IReadOnlyList<PlotPoint> Points => _open is null ? [.. _full] : [.. _full, _open];

    /// <summary>Changes and drifts; only the first ones if there are more than can be kept.</summary>
    public IReadOnlyList<PlotMark> Marks => _marks;

    /// <summary>Every expert that was routed at a time, by its key, and its last name.</summary>
    public IReadOnlyDictionary<long, string> Routed => _routed;

    /// <summary>Adds a batch.</summary>
    public void Add(BatchOutcome batch)
    {
        foreach (var mark in MarksOf(batch).Take(MostMarks - _marks.Count))
            _marks.Add(mark);
        if (batch.Scores.Rows <= _rows)
            return;                                          // a batch of nothing but refused rows
        _rows = batch.Scores.Rows;
        foreach (var place in batch.Roster.Routed)
            _routed[batch.Roster[place].Key] = batch.Roster[place].Spec.Id;
        var point = PlotPoint.Of(batch);
        _open = _open?.With(point) ?? point;
        if (++_openBatches < _batchesPerPoint)
            return;
        _full.Add(_open);
        (_open, _openBatches) = (null, 0);
        if (_full.Count == MostPoints)
            Halve();
    }

    // A change comes before its batch; a drift is seen behind it.
    private IEnumerable<PlotMark> MarksOf(BatchOutcome batch) =>
    [
        .. batch.Changes.Select(change => new PlotMark(
            _rows, $"{change.Action.Name()} {change.Member.Spec.Id}",
            $"{PlacedChange.Describe(change, batch.Roster.ParentIdOf(change.Member))}: {change.Reason}",
            IsDrift: false)),
        .. batch.Drifts.Select(drift => new PlotMark(batch.Scores.Rows, "drift", drift, IsDrift: true)),
    ];

    private void Halve()
    {
        var halves = _full.Chunk(2).Select(pair => pair[0].With(pair[1])).ToList();
        _full.Clear();
        _full.AddRange(halves);
        _batchesPerPoint *= 2;
    }
}

/// <summary>An interval of a run: consecutive batches, with the scores after their last row.</summary>
/// <param name="Rows">Rows learned at its end.</param>
/// <param name="Accuracy">Accuracy from the first row to the end of the interval, in percent.</param>
/// <param name="WindowAccuracy">Accuracy over the last 1,000 rows at the end of the interval, in percent.</param>
/// <param name="Lowest">The lowest <paramref name="WindowAccuracy"/> after any of its batches.</param>
/// <param name="Highest">The highest one.</param>
/// <param name="Load">
/// Rows of the interval routed to each routed expert, by its key; without experts that did not exist.
/// </param>
internal sealed record PlotPoint(
    long Rows, double Accuracy, double WindowAccuracy, double Lowest, double Highest,
    IReadOnlyDictionary<long, long> Load)
{
    /// <summary>An interval of one batch.</summary>
    public static PlotPoint Of(BatchOutcome batch) => new(
        batch.Scores.Rows, batch.Scores.Accuracy, batch.Scores.WindowAccuracy, batch.Scores.WindowAccuracy,
        batch.Scores.WindowAccuracy,
        batch.Roster.Routed.Zip(batch.Load, (place, rows) => (batch.Roster[place].Key, Rows: (long)rows))
            .ToDictionary(slot => slot.Key, slot => slot.Rows));

    /// <summary>This interval and the next one as one.</summary>
    public PlotPoint With(PlotPoint next) => next with
    {
        Lowest = Math.Min(Lowest, next.Lowest),
        Highest = Math.Max(Highest, next.Highest),
        Load = Load.Concat(next.Load).GroupBy(l => l.Key, l => l.Value).ToDictionary(l => l.Key, l => l.Sum()),
    };
}

/// <summary>Something that happened at a row of a run.</summary>
/// <param name="Row">Rows learned before it.</param>
/// <param name="Name">What happened, in two words.</param>
/// <param name="Text">What happened and why, in one sentence.</param>
/// <param name="IsDrift">Whether it is a drift of the stream; else a change of the pool.</param>
internal sealed record PlotMark(long Row, string Name, string Text, bool IsDrift)
{
    /// <summary>The CSS class of its line.</summary>
    public string Css => IsDrift ? "drift" : "change";
}
