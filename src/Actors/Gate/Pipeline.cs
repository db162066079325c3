using MoE.Compute.Batches;

namespace MoE.Actors.Gate;

/// <summary>
/// The batches under way, oldest first, and the answers to them so far. Answers come in any order; batches leave in
/// theirs. Experts are named by their keys.
/// </summary>
internal sealed class Pipeline
{
    private readonly Flight[] _ring;
    private readonly Dictionary<long, long> _droppedFrom = [];
    private int _head;
    private int _count;

    /// <summary>Nothing under way; at most <paramref name="window"/> batches may be.</summary>
    public Pipeline(int window) => _ring = [.. Enumerable.Range(0, window).Select(_ => new Flight())];

    /// <summary>Whether one more batch may be under way.</summary>
    public bool HasRoom => _count < _ring.Length;

    /// <summary>Whether no batch is under way.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The oldest batch where all its answers are there; else null.</summary>
    public RoutedBatch? Ready => _count > 0 && _ring[_head].Missing == 0 ? _ring[_head].Batch : null;

    /// <summary>The oldest batch's answers by place in its roster; null for experts that were not asked.</summary>
    public ReadOnlySpan<float[]?> Answers => _ring[_head].Answers;

    /// <summary>Whether the expert at a place of the batch's roster has rows of it to walk.</summary>
    public bool Asks(RoutedBatch batch, int place) => batch.Asks(place) && (_droppedFrom.Count == 0
        || batch.Number < _droppedFrom.GetValueOrDefault(batch.Roster[place].Key, long.MaxValue));

    /// <summary>Puts the next batch under way.</summary>
    public void Add(RoutedBatch batch)
    {
        if (!HasRoom)
            throw new InvalidOperationException($"{_count} batches are under way; batch {batch.Number} must wait.");
        var flight = _ring[(_head + _count++) % _ring.Length];
        flight.Begin(batch);
        for (var place = 0; place < batch.Roster.Count; place++)
            if (Asks(batch, place))
                flight.Await(place);
    }

    /// <summary>
    /// Takes an expert's answers; those to a batch that is not under way or was answered before change nothing.
    /// </summary>
    public void Take(long key, long number, float[] answers)
    {
        if (_count == 0 || number - _ring[_head].Batch!.Number is not (>= 0 and var ahead) || ahead >= _count)
            return;
        var flight = _ring[(_head + (int)ahead) % _ring.Length];
        if (flight.Awaits(key, out var place))
            flight.Settle(place, answers);
    }

    /// <summary>
    /// Forgets an expert's answers to batches from <paramref name="from"/> on, and lets none of these leave until
    /// <see cref="Drop"/>: on a replay they will have none.
    /// </summary>
    public void Hold(long key, long from)
    {
        foreach (var flight in FlightsFrom(from))
            flight.Forget(key);
    }

    /// <summary>Waits no more for an expert's answers to batches from <paramref name="from"/> on.</summary>
    public void Drop(long key, long from)
    {
        _droppedFrom[key] = from;
        foreach (var flight in FlightsFrom(from))
            if (flight.Awaits(key, out var place))
                flight.Settle(place, null);
    }

    /// <summary>Forgets an expert that is in no batch any more.</summary>
    public void Forget(long key) => _droppedFrom.Remove(key);

    /// <summary>Lets the oldest batch go.</summary>
    public void Leave()
    {
        _ring[_head].Batch = null;
        _head = (_head + 1) % _ring.Length;
        _count--;
    }

    private IEnumerable<Flight> FlightsFrom(long number) => Enumerable.Range(0, _count)
        .Select(i => _ring[(_head + i) % _ring.Length]).Where(flight => flight.Batch!.Number >= number);

    private sealed class Flight
    {
        private bool[] _awaits = [];

        public RoutedBatch? Batch { get; set; }
        public float[]?[] Answers { get; private set; } = [];
        public int Missing { get; private set; }

        public void Begin(RoutedBatch batch)
        {
            var count = batch.Roster.Count;
            (Batch, Missing) = (batch, 0);
            if (Answers.Length != count)
                (Answers, _awaits) = (new float[]?[count], new bool[count]);
            Array.Clear(Answers);
            Array.Clear(_awaits);
        }

        public bool Awaits(long key, out int place)
        {
            place = Batch!.Roster.PlaceOf(key);
            return place >= 0 && _awaits[place];
        }

        public void Await(int place)
        {
            _awaits[place] = true;
            Missing++;
        }

        public void Forget(long key)
        {
            if (Batch!.Roster.PlaceOf(key) is not (>= 0 and var place) || Answers[place] is null)
                return;
            Answers[place] = null;
            Await(place);
        }

        public void Settle(int place, float[]? answers)
        {
            Answers[place] = answers;
            _awaits[place] = false;
            Missing--;
        }
    }
}
