using System.Diagnostics;
using MoE.Compute.Rosters;

namespace MoE.Actors.Telemetry;

/// <summary>The measurements of one model's gate. Written by one thread at a time, read by any.</summary>
/// <param name="model">The model's name.</param>
/// <param name="time">The clock.</param>
internal sealed class GateTelemetry(string model, TimeProvider time)
{
    private readonly Queue<(long Number, long Began)> _batches = [];
    private readonly Queue<DateTimeOffset> _changes = [];
    private readonly DateTimeOffset _opened = time.GetUtcNow();
    private long? _checkpointBegan;
    private DateTimeOffset _checkpointAt;
    private DateTimeOffset? _copyAt;
    private long _batchesActive;
    private long _journalRows;
    private Roster _roster = new([], 0);

    /// <summary>The tag of the model.</summary>
    public KeyValuePair<string, object?> Tag { get; } = new(Instruments.Model, model);

    /// <summary>Batches being learned.</summary>
    public long BatchesActive => Volatile.Read(ref _batchesActive);

    /// <summary>Rows not yet in the journal.</summary>
    public long JournalRows => Volatile.Read(ref _journalRows);

    /// <summary>The pool.</summary>
    public Roster Roster => Volatile.Read(ref _roster);

    /// <summary>A batch has come.</summary>
    public void BatchBegan(long number)
    {
        if (Instruments.BatchDuration.Enabled)
            _batches.Enqueue((number, time.GetTimestamp()));
    }

    /// <summary>A batch is learned and stored.</summary>
    public void BatchLearned(long number, int rows, int refused)
    {
        Instruments.RowsLearned.Add(rows, Tag);
        if (refused > 0)
            Instruments.RowsRefused.Add(refused, Tag);
        while (_batches.TryPeek(out var oldest) && oldest.Number <= number)
            if (_batches.Dequeue() == (number, oldest.Began))
                Instruments.BatchDuration.Record(time.GetElapsedTime(oldest.Began).TotalSeconds, Tag);
    }

    /// <summary>Notes the state of the model after a step.</summary>
    public void NoteState(long batchesActive, long journalRows, Roster roster)
    {
        Volatile.Write(ref _batchesActive, batchesActive);
        Volatile.Write(ref _journalRows, journalRows);
        Volatile.Write(ref _roster, roster);
    }

    /// <summary>The model is recovered.</summary>
    public void Recovered() => Note(Instruments.Recovery, _opened);

    /// <summary>A checkpoint begins.</summary>
    public void CheckpointBegan() => (_checkpointBegan, _checkpointAt) = (time.GetTimestamp(), time.GetUtcNow());

    /// <summary>The checkpoint is stored.</summary>
    public void CheckpointStored()
    {
        if (_checkpointBegan is not { } began)
            return;
        _checkpointBegan = null;
        Instruments.CheckpointDuration.Record(time.GetElapsedTime(began).TotalSeconds, Tag);
        Note(Instruments.Checkpoint, _checkpointAt);
    }

    /// <summary>The checkpoint could not be stored.</summary>
    public void CheckpointFailed(string reason)
    {
        _checkpointBegan = null;
        Instruments.CheckpointFailures.Add(1, Tag);
        Note(Instruments.Checkpoint, _checkpointAt, failure: reason);
    }

    /// <summary>A change of the pool is decided.</summary>
    public void PoolChangeBegan() => _changes.Enqueue(time.GetUtcNow());

    /// <summary>The oldest change of the pool that was decided is stored.</summary>
    public void PoolChangeStored(RosterAction action)
    {
        if (_changes.TryDequeue(out var began))
            Note(Instruments.PoolChange, began, new(Instruments.Action, action));
    }

    /// <summary>A copy to predict by begins to be made.</summary>
    public void CopyBegan() => _copyAt = time.GetUtcNow();

    /// <summary>The copy is made.</summary>
    public void CopyMade()
    {
        if (_copyAt is { } began)
            Note(Instruments.PredictorCopy, began);
        _copyAt = null;
    }

    /// <summary>An expert broke.</summary>
    public void ExpertFailed() => Instruments.ExpertFailures.Add(1, Tag);

    /// <summary>An expert has its state back.</summary>
    public void ExpertRestored() => Instruments.ExpertRestores.Add(1, Tag);

    /// <summary>Rows were predicted by a copy; called by any thread.</summary>
    public void RowsPredicted(int rows) => Instruments.RowsPredicted.Add(rows, Tag);

    // Made when it is over, so that no thread that goes on to something else has it for its own.
    private void Note(
        string name, DateTimeOffset began, KeyValuePair<string, object?>? tag = null, string? failure = null)
    {
        if (!Instruments.Activities.HasListeners())
            return;
        using var activity = Instruments.Activities.StartActivity(
            name, ActivityKind.Internal, default(ActivityContext), tag is { } own ? [Tag, own] : [Tag],
            links: null, began);
        if (failure is not null)
            activity?.SetStatus(ActivityStatusCode.Error, failure);
        activity?.SetEndTime(time.GetUtcNow().UtcDateTime);
    }
}
