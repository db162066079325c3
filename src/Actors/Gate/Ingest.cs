using MoE.Compute.Data;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

/// <summary>What waits to be carried out: rows of a producer, or a change of the pool.</summary>
internal abstract record Offer<T> where T : notnull
{
    /// <summary>Rows, by their source's numbers of names, none of which the model has read.</summary>
    /// <param name="Producer">Whose they are.</param>
    /// <param name="Rows">The rows.</param>
    /// <param name="Commands">Changes of the pool before them.</param>
    public sealed record OfRows(Producer<T> Producer, RowBatch Rows, IReadOnlyList<RosterCommand> Commands) : Offer<T>;

    /// <summary>A change of the pool that somebody asked for.</summary>
    public sealed record OfChange(T Asker, RosterCommand Command) : Offer<T>;
}

/// <summary>A source that feeds the model.</summary>
/// <param name="id">Who it is.</param>
/// <param name="source">What it reads.</param>
/// <param name="next">Rows of the source that were offered, or learned before.</param>
internal sealed class Producer<T>(T id, SourceId source, long next) where T : notnull
{
    /// <summary>Who it is.</summary>
    public T Id => id;

    /// <summary>What it reads.</summary>
    public SourceId Source => source;

    /// <summary>Rows of the source that were offered, or learned before.</summary>
    public long Next { get; set; } = next;

    /// <summary>Whether it waits to be asked for a batch.</summary>
    public bool Waits { get; set; } = true;

    /// <summary>Batches of it that are not encoded yet.</summary>
    public int Queued { get; set; }

    /// <summary>Its last batch that is encoded; 0 for none.</summary>
    public long LastBatch { get; set; }

    /// <summary>Whether nothing more comes of it, or is taken.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why it ended, if it did not just come to its end.</summary>
    public EndCause? Cause { get; private set; }

    /// <summary>Ends it; the first cause stays.</summary>
    public void End(EndCause? cause) => (IsOver, Cause) = (true, Cause ?? cause);
}

/// <summary>
/// The producers that feed one model at once: which rows of whom are taken, in which order, and who is asked for more.
/// Rows that the model has read already are counted and passed over.
/// </summary>
internal sealed class Ingest<T> where T : notnull
{
    private readonly Dictionary<T, Producer<T>> _producers = [];
    private readonly Queue<Offer<T>> _queue = [];
    private readonly Queue<Producer<T>> _turns = [];

    /// <summary>Rows that were offered although the model had read them.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Offers that wait to be encoded.</summary>
    public int Queued => _queue.Count;

    /// <summary>Whether nothing waits, and no producer has to hear of its end.</summary>
    public bool IsIdle => _queue.Count == 0 && _producers.Count == 0;

    /// <summary>Lets a producer in; answers why not, in one sentence.</summary>
    public string? Begin(T id, SourceId source, GateState state)
    {
        if (_producers.Values.Any(producer => SourceMatch.IsSame(producer.Source, source)))
            return $"The model is learning {source.Name} already; wait until that ends.";
        if (state.ProblemOf(source) is { } problem)
            return problem;
        var begun = new Producer<T>(id, source, state.PositionIn(source).Offset);
        _producers.Add(id, begun);
        _turns.Enqueue(begun);
        return null;
    }

    /// <summary>Takes a batch of a producer, as far as the model has not read it.</summary>
    public void Take(T id, RowBatch rows, IReadOnlyList<RosterCommand> commands)
    {
        if (Find(id) is not { IsOver: false } producer)
            return;
        Wait(producer);
        if (rows.FirstOffset > producer.Next)
        {
            producer.End(EndCause.OfModel(GateState.Gap(rows, producer.Next)));
            return;
        }
        if (rows.NextOffset <= producer.Next)
        {
            Duplicates += Count(rows);
            return;
        }
        // What comes with rows of which some were learned was carried out with those.
        var isWhole = rows.FirstOffset == producer.Next;
        var fresh = rows.After(producer.Next);
        Duplicates += Count(rows) - Count(fresh);
        producer.Next = fresh.NextOffset;
        producer.Queued++;
        _queue.Enqueue(new Offer<T>.OfRows(producer, fresh, isWhole ? commands : []));
    }

    /// <summary>Takes a change of the pool, which is carried out after everything taken so far.</summary>
    public void Take(T asker, RosterCommand command) => _queue.Enqueue(new Offer<T>.OfChange(asker, command));

    /// <summary>No more comes of a producer.</summary>
    public void End(T id, EndCause? cause) => Find(id)?.End(cause);

    /// <summary>No more is taken of any; what they offered is left.</summary>
    public void EndAll(EndCause cause)
    {
        foreach (var producer in _producers.Values)
            Refuse(producer, cause);
    }

    /// <summary>Takes no more of a producer, whose rows cannot be learned: what it has offered is left.</summary>
    public void Refuse(Producer<T> producer, EndCause cause)
    {
        producer.End(cause);
        for (var left = _queue.Count; left > 0; left--)
            if (_queue.Dequeue() is var offer && (offer as Offer<T>.OfRows)?.Producer != producer)
                _queue.Enqueue(offer);
        producer.Queued = 0;
    }

    /// <summary>The next offer; null where none waits.</summary>
    public Offer<T>? Next()
    {
        if (!_queue.TryDequeue(out var offer))
            return null;
        if (offer is Offer<T>.OfRows rows)
            rows.Producer.Queued--;
        return offer;
    }

    /// <summary>The producer to ask for one more batch, each in its turn; null where none waits.</summary>
    public Producer<T>? Ask()
    {
        while (_turns.TryDequeue(out var producer))
            if (!producer.IsOver)
            {
                producer.Waits = false;
                return producer;
            }
        return null;
    }

    /// <summary>Lets go those whose rows are all learned and stored.</summary>
    /// <param name="settled">The last batch that is mixed and stored.</param>
    public IReadOnlyList<Producer<T>> Done(long settled)
    {
        if (_producers.Count == 0)
            return [];
        List<Producer<T>> done = [];
        foreach (var producer in _producers.Values)
            if (producer.IsOver && producer.Queued == 0 && producer.LastBatch <= settled)
                done.Add(producer);
        foreach (var producer in done)
            _producers.Remove(producer.Id);
        return done;
    }

    private Producer<T>? Find(T id) => _producers.GetValueOrDefault(id);

    private void Wait(Producer<T> producer)
    {
        if (producer.Waits)
            return;
        producer.Waits = true;
        _turns.Enqueue(producer);
    }

    private static long Count(RowBatch rows) => rows.Rows + rows.Refusals.Count;
}
