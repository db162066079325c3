using MoE.Actors.Gate;

namespace MoE.Actors.Storage;

/// <summary>
/// Batches and changes of the pool on their way into the log, in their order. While one write is under way more
/// gathers and then goes in one, so that the store sees few and big writes however small the batches are.
/// </summary>
internal sealed class JournalQueue
{
    /// <summary>Bytes of cells that are worth a write of their own while more are on their way.</summary>
    private const long WorthAWrite = 64 << 10;

    private List<IGateEvent> _ready = [];
    private List<AcceptedBatch> _waiting = [];
    private long _bytes;
    private long _first;
    private int _underWay;

    /// <summary>Number of the last batch that is stored.</summary>
    public long Durable { get; private set; }

    /// <summary>Rows not stored yet.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether a write is under way.</summary>
    public bool IsWriting => _underWay > 0;

    /// <summary>Whether everything is stored.</summary>
    public bool IsEmpty => !IsWriting && _waiting.Count == 0 && _ready.Count == 0;

    /// <summary>Begins behind batches that are stored already.</summary>
    public void StartAfter(long number) => Durable = number;

    /// <summary>Adds the next batch.</summary>
    public void Add(long number, AcceptedBatch batch)
    {
        if (_waiting.Count == 0)
            _first = number;
        _waiting.Add(batch);
        _bytes += sizeof(float) * (batch.Rows.Values.Length + (long)batch.Rows.Targets.Length);
        Rows += batch.Rows.Rows;
    }

    /// <summary>Adds a change of the pool, behind the batches before it.</summary>
    public void Add(RosterChanged change)
    {
        if (_waiting.Count > 0)
            _ready.Add(Gathered());
        _ready.Add(change);
    }

    /// <summary>The events to write now, in one; none while a write is under way or nothing waits.</summary>
    /// <param name="more">Whether more is on its way, so that little had better wait for it.</param>
    public IReadOnlyList<IGateEvent> Next(bool more)
    {
        if (IsWriting || (more && _bytes < WorthAWrite))
            return [];
        if (_waiting.Count > 0)
            _ready.Add(Gathered());
        var next = _ready;
        (_ready, _bytes, _underWay) = ([], 0, next.Count);
        return next;
    }

    /// <summary>Notes that an event of the write under way is stored.</summary>
    public void Written(IGateEvent e)
    {
        _underWay--;
        if (e is not BatchesAccepted accepted)
            return;
        Durable = accepted.Last;
        foreach (var batch in accepted.Batches)
            Rows -= batch.Rows.Rows;
    }

    private BatchesAccepted Gathered()
    {
        var next = new BatchesAccepted(_first, _waiting);
        _waiting = [];
        return next;
    }
}
