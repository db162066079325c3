
namespace MoE.Actors.Gate;

/// <summary>
/// Batches and changes of the pool on their way into the log, in their order. While one write is under way more
/// gathers and then goes in one, so that the store sees few and big writes however small the batches are.
/// </summary>
internal sealed class JournalQueue
{
    /// <summary>Bytes of cells that are worth a write of their own while more are on their way.</summary>
    private const long WorthAWrite = 64 << 10;

    private List<IGateEvent> _ready = [];
    private long _bytes;
    private int _underWay;

    /// <summary>Number of the last batch that is stored.</summary>
    public long Durable { get; private set; }

    /// <summary>Rows not stored yet.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether a write is under way.</summary>
    public bool IsWriting => _underWay > 0;

    /// <summary>Whether everything is stored.</summary>
    public bool IsEmpty => !IsWriting && _ready.Count == 0;

    /// <summary>Begins behind batches that are stored already.</summary>
    public void StartAfter(long number) => Durable = number;

    /// <summary>Adds the next batches, or a change of the pool.</summary>
    public void Add(IGateEvent e)
    {
        _ready.Add(e);
        if (e is not BatchesAccepted accepted)
            return;
        foreach (var batch in accepted.Batches)
        {
            _bytes += sizeof(float) * (batch.Rows.Values.Length + (long)batch.Rows.Targets.Length);
            Rows += batch.Rows.Rows;
        }
    }

    /// <summary>The events to write now, in one; none while a write is under way or nothing waits.</summary>
    /// <param name="more">Whether more is on its way, so that little had better wait for it.</param>
    public IReadOnlyList<IGateEvent> Next(bool more)
    {
        if (IsWriting || (more && _bytes < WorthAWrite))
            return [];
        var next = Gathered(_ready);
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

    // One event of many batches costs the journal less than many events of one.
    private static List<IGateEvent> Gathered(List<IGateEvent> events)
    {
        List<IGateEvent> gathered = [];
        List<AcceptedBatch> batches = [];
        foreach (var e in events)
        {
            if (e is BatchesAccepted accepted && gathered is [.., BatchesAccepted last])
            {
                batches.AddRange(accepted.Batches);
                gathered[^1] = last with { Batches = batches };
                continue;
            }
            gathered.Add(e);
            batches = e is BatchesAccepted first ? [.. first.Batches] : [];
        }
        return gathered;
    }
}
