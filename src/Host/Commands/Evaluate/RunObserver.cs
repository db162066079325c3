using System.Diagnostics;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Host.Plots;
using MoE.Host.PredictionFiles;
using MoE.Host.Terminal;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Commands.Evaluate;

/// <summary>Observes every batch of a run: shows progress, and collects what the summary reports.</summary>
/// <param name="progress">The table to write to.</param>
/// <param name="history">History for a plot; null without a plot.</param>
/// <param name="predictions">File for the predictions; null without one.</param>
/// <param name="begin">Rows learned before the run.</param>
internal sealed class RunObserver(ProgressTable progress, PlotHistory? history, PredictionFile? predictions, long begin)
{
    private readonly List<PlacedChange> _changes = [];
    private readonly List<(long Row, string Text)> _drifts = [];
    private long _rows = begin;

    /// <summary>Changes of the pool in this run.</summary>
    public IReadOnlyList<PlacedChange> Changes => _changes;

    /// <summary>Falls of accuracy that were confirmed in this run, and suggestions.</summary>
    public IReadOnlyList<(long Row, string Text)> Drifts => _drifts;

    /// <summary>Adds a batch.</summary>
    public void Take(BatchOutcome batch)
    {
        _changes.AddRange(batch.Changes.Select(change => new PlacedChange(
            _rows, change, batch.Roster.ParentIdOf(change.Member))));
        _rows = batch.Scores.Rows;
        _drifts.AddRange(batch.Drifts.Select(text => (_rows, text)));
        predictions?.Add(batch);
        progress.Report(batch.Scores, batch.Roster.Count);
        history?.Add(batch);
    }
}

/// <summary>Tells of every refused row, and remembers when the first row was asked for.</summary>
internal sealed class ObservedSource(IRowSource source, Action<Refusal> refused) : IRowSource
{
    private long _begin;

    public string Name => source.Name;

    public SourceId Id => source.Id;

    public Schema Schema => source.Schema;

    /// <summary>Time since the first row was asked for.</summary>
    public TimeSpan Elapsed => _begin == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_begin);

    public ValueTask SkipToAsync(long offset, CancellationToken cancel) => source.SkipToAsync(offset, cancel);

    public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
    {
        if (_begin == 0)
            _begin = Stopwatch.GetTimestamp();
        var batch = await source.ReadAsync(rows, cancel);
        foreach (var refusal in batch?.Refusals ?? [])
            refused(refusal);
        return batch;
    }

    public void Dispose() => source.Dispose();
}
