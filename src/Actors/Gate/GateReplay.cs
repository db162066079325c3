using MoE.Compute.Data;

namespace MoE.Actors.Gate;

/// <summary>The fold over a log that is read back: the state, and the batches that no checkpoint covers.</summary>
internal sealed class GateReplay
{
    private readonly Queue<(long Number, RowBatch Rows)> _tail = [];

    /// <summary>The state after the events so far.</summary>
    public GateState State { get; private set; } = GateState.Empty;

    /// <summary>The batches after the newest checkpoint, in order.</summary>
    public IEnumerable<RowBatch> Tail => _tail.Select(t => t.Rows);

    /// <summary>Takes the next event of the log.</summary>
    public void Apply(IGateEvent e)
    {
        State = State.Apply(e);
        if (e is BatchesAccepted accepted)
            for (var i = 0; i < accepted.Batches.Count; i++)
                _tail.Enqueue((accepted.First + i, accepted.Batches[i]));
        var covered = State.Checkpoint?.Number ?? 0;
        while (_tail.TryPeek(out var oldest) && oldest.Number <= covered)
            _tail.Dequeue();
    }
}
