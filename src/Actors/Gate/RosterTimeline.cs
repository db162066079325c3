using MoE.Actors.Gate.Recovery;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

/// <summary>
/// The pool over time, as one gate sees it at different batches: what the log says of batches that are learned again,
/// what sources asked for, what is to be announced with which batch, and which changes are stored.
/// </summary>
internal sealed class RosterTimeline
{
    private readonly Queue<RosterChange> _recorded = [];
    private readonly Queue<RosterChange> _unannounced = [];
    private readonly Queue<(long From, long Sequence)> _written = [];
    private readonly List<RosterChange> _ahead = [];
    private Roster _before = new([], 0);

    /// <summary>The pool that saw the last batch encoded.</summary>
    public Roster Encoded { get; set; } = new([], 0);

    /// <summary>Begins where a model is rebuilt from: the changes since are made again from the log.</summary>
    public void Begin(RecoveryPoint point, Roster roster)
    {
        foreach (var change in point.Changes)
            _recorded.Enqueue(change);
        Encoded = roster;
    }

    /// <summary>
    /// The log is learned again. Changes that it has after its last batch were stored before the rows that they came
    /// with, and may be asked for once more.
    /// </summary>
    /// <param name="ahead">Those changes, in their order.</param>
    public void EndReplay(IEnumerable<RosterChange> ahead)
    {
        _before = Encoded;
        _ahead.AddRange(ahead);
    }

    /// <summary>
    /// Whether the log says already that a source's command was carried out before batch <paramref name="next"/>.
    /// </summary>
    public bool WasDone(RosterCommand command, long next, long seed)
    {
        var roster = _before;
        for (var i = 0; i < _ahead.Count; i++)
        {
            var done = _ahead[i];
            var isIt = done.From == next && roster.Decide(command, done.From, seed).Change == done;
            roster = roster.With(done);
            if (!isIt)
                continue;                                    // another's, such as one of the command line
            _before = roster;
            _ahead.RemoveRange(0, i + 1);
            return true;
        }
        return false;
    }

    /// <summary>The next change that the log has for batch <paramref name="next"/>; null for none.</summary>
    public RosterChange? TakeRecorded(long next) =>
        _recorded.TryPeek(out var change) && change.From == next ? _recorded.Dequeue() : null;

    /// <summary>Notes a change that was made, to be announced with its batch.</summary>
    public void Made(RosterChange change) => _unannounced.Enqueue(change);

    /// <summary>The changes with which a batch began, but for reserves, which nobody asks.</summary>
    public List<RosterChange> Announce(long number)
    {
        List<RosterChange> changes = [];
        while (_unannounced.TryPeek(out var next) && next.From <= number)
            changes.Add(_unannounced.Dequeue());
        changes.RemoveAll(change => !change.Member.Answers);
        return changes;
    }

    /// <summary>Notes under which sequence number of the log a change for a batch is stored.</summary>
    public void Written(long from, long sequence) => _written.Enqueue((from, sequence));

    /// <summary>
    /// The last event that says nothing of what comes after batch <paramref name="encoded"/>: changes of the pool of
    /// the next one may be in the log already.
    /// </summary>
    public long Barrier(long encoded, long lastSequence)
    {
        while (_written.TryPeek(out var oldest) && oldest.From <= encoded)
            _written.Dequeue();
        return _written.TryPeek(out var next) ? next.Sequence - 1 : lastSequence;
    }
}
