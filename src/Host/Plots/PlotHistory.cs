using MoE.Compute.Evaluation;

namespace MoE.Host.Plots;

/// <summary>
/// How a run went, in a bounded number of intervals: when there are too many, neighbours are merged two by two, and
/// every later one is twice as long.
/// </summary>
/// <param name="begin">Rows learned before the run.</param>
internal sealed class PlotHistory(long begin)
{
    /// <summary>Intervals kept at most; even, so that neighbours can be merged.</summary>
    public const int MostPoints = 240;

    private readonly List<PlotPoint> _full = [];
    private PlotPoint? _open;
    private long _openBatches;
    private long _batchesPerPoint = 1;
    private long _rows = begin;

    /// <summary>Rows learned before the first interval.</summary>
    public long Begin { get; } = begin;

    /// <summary>The intervals in their order; the last one may be shorter than the others.</summary>
    public IReadOnlyList<PlotPoint> Points => _open is null ? [.. _full] : [.. _full, _open];

    /// <summary>Takes the scores after one more batch, and the rows of it that each routed expert saw.</summary>
    public void Add(Scores scores, IReadOnlyList<int> load)
    {
        if (scores.Rows <= _rows)
            return;                                          // a batch of nothing but refused rows
        _rows = scores.Rows;
        var batch = PlotPoint.Of(scores, load);
        _open = _open?.With(batch) ?? batch;
        if (++_openBatches < _batchesPerPoint)
            return;
        _full.Add(_open);
        (_open, _openBatches) = (null, 0);
        if (_full.Count == MostPoints)
            Halve();
    }

    private void Halve()
    {
        var halves = _full.Chunk(2).Select(pair => pair[0].With(pair[1])).ToList();
        _full.Clear();
        _full.AddRange(halves);
        _batchesPerPoint *= 2;
    }
}
