using MoE.Compute.Encoding;
using MoE.Compute.Experts;

namespace MoE.Actors.Gate;

/// <summary>
/// The batches under way, oldest first, and the answers to them so far. Answers come in any order; batches leave in
/// theirs.
/// </summary>
internal sealed class Pipeline
{
    private readonly Flight[] _ring;
    private readonly int[] _slot;
    private readonly long[] _droppedFrom;
    private int _head;
    private int _count;

    /// <summary>Nothing under way; at most <paramref name="window"/> batches may be.</summary>
    public Pipeline(int window, IReadOnlyList<ExpertSpec> pool)
    {
        _ring = [.. Enumerable.Range(0, window).Select(_ => new Flight(pool.Count))];
        _droppedFrom = [.. Enumerable.Repeat(long.MaxValue, pool.Count)];
        _slot = RoutedSlots.Of(pool);
    }

    /// <summary>Whether one more batch may be under way.</summary>
    public bool HasRoom => _count < _ring.Length;

    /// <summary>Whether no batch is under way.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The oldest batch where all its answers are there; else null.</summary>
    public EncodedBatch? Ready => _count > 0 && _ring[_head].Missing == 0 ? _ring[_head].Batch : null;

    /// <summary>The oldest batch's answers by place in the pool; null for experts that were not asked.</summary>
    public ReadOnlySpan<float[]?> Answers => _ring[_head].Answers;

    /// <summary>Whether the expert at a place of the pool has rows of the batch to walk.</summary>
    public bool Asks(EncodedBatch batch, int place) =>
        batch.Rows > 0 && batch.Number < _droppedFrom[place]
        && (_slot[place] < 0 || batch.RowsOf[_slot[place]] is not null);

    /// <summary>The rows of the batch that an expert walks; null for all of them.</summary>
    public int[]? RowsOf(EncodedBatch batch, int place) => _slot[place] < 0 ? null : batch.RowsOf[_slot[place]];

    /// <summary>Puts the next batch under way.</summary>
    public void Add(EncodedBatch batch)
    {
        if (!HasRoom)
            throw new InvalidOperationException($"{_count} batches are under way; batch {batch.Number} must wait.");
        var flight = _ring[(_head + _count++) % _ring.Length];
        flight.Batch = batch;
        for (var place = 0; place < _slot.Length; place++)
            if (flight.Awaits[place] = Asks(batch, place))
                flight.Missing++;
    }

    /// <summary>
    /// Takes an expert's answers; those to a batch that is not under way or was answered before change nothing.
    /// </summary>
    public void Take(int place, long number, float[] answers)
    {
        if (_count == 0 || number - _ring[_head].Batch!.Number is not (>= 0 and var ahead) || ahead >= _count)
            return;
        var flight = _ring[(_head + (int)ahead) % _ring.Length];
        if (!flight.Awaits[place])
            return;
        flight.Settle(place, answers);
    }

    /// <summary>
    /// Forgets an expert's answers to batches from <paramref name="from"/> on, and lets none of these leave until
    /// <see cref="Drop"/>: on a replay they will have none.
    /// </summary>
    public void Hold(int place, long from)
    {
        foreach (var flight in FlightsFrom(from))
            flight.Await(place);
    }

    /// <summary>Waits no more for an expert's answers to batches from <paramref name="from"/> on.</summary>
    public void Drop(int place, long from)
    {
        _droppedFrom[place] = from;
        foreach (var flight in FlightsFrom(from))
            if (flight.Awaits[place])
                flight.Settle(place, null);
    }

    /// <summary>Lets the oldest batch go.</summary>
    public void Leave()
    {
        var flight = _ring[_head];
        flight.Batch = null;
        Array.Clear(flight.Answers);
        _head = (_head + 1) % _ring.Length;
        _count--;
    }

    private IEnumerable<Flight> FlightsFrom(long number) => Enumerable.Range(0, _count)
        .Select(i => _ring[(_head + i) % _ring.Length]).Where(flight => flight.Batch!.Number >= number);

    private sealed class Flight(int experts)
    {
        public EncodedBatch? Batch { get; set; }
        public float[]?[] Answers { get; } = new float[]?[experts];
        public bool[] Awaits { get; } = new bool[experts];
        public int Missing { get; set; }

        public void Await(int place)
        {
            if (Answers[place] is null)
                return;
            (Answers[place], Awaits[place]) = (null, true);
            Missing++;
        }

        public void Settle(int place, float[]? answers)
        {
            Answers[place] = answers;
            Awaits[place] = false;
            Missing--;
        }
    }
}
