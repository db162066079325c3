using MoE.Compute;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate.Recovery;

/// <summary>
/// The fold over a log that is read back: the state, what of the log is damaged, and from where the model can be
/// rebuilt nevertheless.
/// </summary>
internal sealed class GateReplay
{
    private readonly Queue<(long Number, AcceptedBatch Batch)> _tail = [];
    private long _first;
    private long _last;
    private long _damagedAt;

    /// <summary>The state after the events so far.</summary>
    public GateState State { get; private set; } = GateState.Empty;

    /// <summary>Sequence number of the last event.</summary>
    public long LastSequence => _last;

    /// <summary>Events read, damaged ones among them.</summary>
    public long Events { get; private set; }

    /// <summary>What is damaged, in one sentence each, in the order of the log.</summary>
    public List<string> Damages { get; } = [];

    /// <summary>The first batch and the sequence number of every change of the pool, in the order of the log.</summary>
    public List<(long From, long Sequence)> Written { get; } = [];

    /// <summary>Takes the next event of the log with its sequence number.</summary>
    public void Apply(IGateEvent e, long sequence)
    {
        if (Events++ == 0)
            _first = sequence;
        else if (sequence != _last + 1)
            Damage(sequence - 1, $"Events {_last + 1} to {sequence - 1} of the log are missing.");
        _last = sequence;
        if (e is UnreadableEvent(var reason))
            Damage(sequence, $"Event {sequence} of the log is damaged: {reason}.");
        State = State.Apply(e);
        if (e is RosterChanged(var change))
            Written.Add((change.From, sequence));
        if (e is BatchesAccepted accepted)
            for (var i = 0; i < accepted.Batches.Count; i++)
                _tail.Enqueue((accepted.First + i, accepted.Batches[i]));
        var covered = State.Previous?.Number ?? 0;
        while (_tail.TryPeek(out var oldest) && oldest.Number <= covered)
            _tail.Dequeue();
    }

    /// <summary>A batch, where it is behind the older of the two newest checkpoints; else null.</summary>
    public AcceptedBatch? BatchOf(long number) => _tail.FirstOrDefault(kept => kept.Number == number).Batch;

    /// <summary>Notes that what follows cannot be read.</summary>
    public void Break(string reason) =>
        Damage(_last + 1, $"The log cannot be read after event {_last}: {reason.TrimEnd('.')}.");

    /// <summary>What is damaged, and what to do, in one line.</summary>
    public string Problem()
    {
        var damage = Damages.Count > 0 ? string.Join(' ', Damages) : "The log has a gap.";
        var whole = State.Checkpoint is { } checkpoint
            ? $"Checkpoint {checkpoint.Number} is stored: 'moe export' extracts it, and 'moe import' starts a model "
                + "from it, without the later rows."
            : "No checkpoint is stored.";
        return PlainText.OneLine($"{damage} {whole} Or restore the data from a backup.");
    }

    /// <summary>
    /// The newest complete checkpoint, the one before it, the beginning: those behind which the log is whole.
    /// </summary>
    public IEnumerable<RecoveryPoint> Points()
    {
        if (State.Checkpoint is { } newest && PointAt(newest) is { } atNewest)
            yield return atNewest;
        if (State.Previous is { } previous && PointAt(previous) is { } atPrevious)
            yield return atPrevious;
        if (PointAt(null) is { } beginning)
            yield return beginning;
    }

    private RecoveryPoint? PointAt(CheckpointCompleted? checkpoint)
    {
        var (number, barrier) = (checkpoint?.Number ?? 0, checkpoint?.Barrier ?? 0);
        if (_damagedAt > barrier || (Events > 0 && _first > barrier + 1))
            return null;
        var tail = _tail.Where(t => t.Number > number).ToList();
        var isWhole = tail.Count == State.Accepted - number
            && tail.Select((t, i) => t.Number == number + 1 + i).All(isNext => isNext);
        return isWhole
            ? new RecoveryPoint(checkpoint, [.. tail.Select(t => t.Batch)],
                [.. State.Changes.Where(change => change.From > number)])
            : null;
    }

    private void Damage(long sequence, string what)
    {
        _damagedAt = sequence;
        Damages.Add(what);
    }
}

/// <summary>
/// Where a model can be rebuilt from: a complete checkpoint, or the beginning where it is null, and every batch and
/// every change of the pool since.
/// </summary>
internal sealed record RecoveryPoint(
    CheckpointCompleted? Checkpoint, IReadOnlyList<AcceptedBatch> Tail, IReadOnlyList<RosterChange> Changes)
{
    /// <summary>Number of the batch after which it stands.</summary>
    public long Number => Checkpoint?.Number ?? 0;

    /// <inheritdoc/>
    public override string ToString() => Checkpoint is null ? "the beginning of the log" : $"checkpoint {Number}";
}
