using MoE.Actors.Gate;

namespace MoE.Actors.Storage;

/// <summary>
/// Batches on their way into the log. While one write is under way further batches gather and then go as one event, so
/// that the store sees few and big writes however small the batches are.
/// </summary>
internal sealed class JournalQueue
{
    /// <summary>Bytes of cells that are worth a write of their own while more are on their way.</summary>
    private const long WorthAWrite = 64 << 10;

    private List<AcceptedBatch> _waiting = [];
    private long _waitingBytes;
    private long _first;
    private bool _writing;

    /// <summary>Number of the last batch that is stored.</summary>
    public long Durable { get; private set; }

    /// <summary>Rows not stored yet.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether every batch is stored.</summary>
    public bool IsEmpty => !_writing && _waiting.Count == 0;

    /// <summary>Begins behind batches that are stored already.</summary>
    public void StartAfter(long number) => Durable = number;

    /// <summary>Adds the next batch.</summary>
    public void Add(long number, AcceptedBatch batch)
    {
        if (_waiting.Count == 0)
            _first = number;
        _waiting.Add(batch);
        _waitingBytes += sizeof(float) * (batch.Rows.Values.Length + (long)batch.Rows.Targets.Length);
        Rows += batch.Rows.Rows;
    }

    /// <summary>The event to write now; null while a write is under way or nothing waits.</summary>
    /// <param name="more">Whether more is on its way, so that little had better wait for it.</param>
    public BatchesAccepted? Next(bool more)
    {
        if (_writing || _waiting.Count == 0 || (more && _waitingBytes < WorthAWrite))
            return null;
        var next = new BatchesAccepted(_first, _waiting);
        (_waiting, _waitingBytes, _writing) = ([], 0, true);
        return next;
    }

    /// <summary>Notes that the write under way is done.</summary>
    public void Written(BatchesAccepted e)
    {
        (_writing, Durable) = (false, e.Last);
        foreach (var batch in e.Batches)
            Rows -= batch.Rows.Rows;
    }
}
