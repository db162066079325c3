using MoE.Compute.Drift;

namespace MoE.Compute.Tests.Drift;

/// <summary>ADWIN as it is defined: keeps every value, and sums all of them up at every border.</summary>
internal sealed class PlainAdwin(double delta, int interval)
{
    private readonly List<double> _values = [];
    private readonly List<int> _lengths = [];
    private int _seen;

    public int Length => _values.Count;

    public Change Add(double value)
    {
        _values.Add(value);
        _lengths.Add(1);
        for (var length = 1; _lengths.Count(l => l == length) > 5; length *= 2)
        {
            var oldest = _lengths.IndexOf(length);
            _lengths[oldest] *= 2;
            _lengths.RemoveAt(oldest + 1);
        }
        if (++_seen % interval != 0)
            return Change.None;
        var first = Change.None;
        while (Strongest() is var (rise, buckets) && buckets > 0)
        {
            first = first != Change.None ? first : rise > 0 ? Change.Up : Change.Down;
            _values.RemoveRange(0, _lengths.Take(buckets).Sum());
            _lengths.RemoveRange(0, buckets);
        }
        return first;
    }

    private (double Rise, int Buckets) Strongest()
    {
        var strongest = (Excess: 1.0, Rise: 0.0, Buckets: 0);
        for (var buckets = 1; buckets < _lengths.Count; buckets++)
        {
            var border = _lengths.Take(buckets).Sum();
            var (older, newer) = (_values[..border], _values[border..]);
            if (older.Count < 5 || newer.Count < 5)
                continue;
            var rise = newer.Average() - older.Average();
            var excess = Math.Abs(rise) / Bound(older.Count, newer.Count);
            if (excess >= strongest.Excess)
                strongest = (excess, rise, buckets);
        }
        return (strongest.Rise, strongest.Buckets);
    }

    private double Bound(int older, int newer)
    {
        var mean = _values.Average();
        var variance = _values.Average(v => v * v) - mean * mean;
        var m = 1 / (1.0 / older + 1.0 / newer);
        var confidence = Math.Log(2 / (delta / Math.Log(_values.Count)));
        return Math.Sqrt(2 / m * variance * confidence) + 2 / (3 * m) * confidence;
    }
}
