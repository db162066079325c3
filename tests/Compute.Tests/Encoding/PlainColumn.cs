using MoE.Compute.Numerics;

namespace MoE.Compute.Tests.Encoding;

/// <summary>
/// The definition of a numeric column's encoding in doubles: the sample is a plain list, sorted anew after each change.
/// </summary>
internal sealed class PlainColumn(ulong seed)
{
    private readonly List<double> _sample = [];
    private double _mean;
    private double _inverseDeviation = 1;
    private long _seen;

    public double Variance { get; private set; }

    public (double Z, double Rank) Take(float x, double spread)
    {
        if (float.IsNaN(x))
            return (0, double.NaN);
        var z = Math.Clamp((x - _mean) * _inverseDeviation, -4, 4);
        var rank = RankOf(x);
        _seen++;
        var rate = Math.Max(1.0 / _seen, 1e-4);
        var difference = x - _mean;
        _mean += rate * difference;
        Variance = (1 - rate) * (Variance + (rate * difference * difference));
        _inverseDeviation = Variance > 1e-30
            ? 1 / Math.Sqrt(Variance + Math.Min(15 * Variance, 32 * spread / _seen))
            : 1;
        Keep(x);
        return (z, rank);
    }

    /// <summary>Mid-rank where the value was met; between two neighbours on the line between their ranks.</summary>
    private double RankOf(double x)
    {
        if (_sample.Count < 2)
            return 0.5;
        var (below, equal) = (_sample.Count(v => v < x), _sample.Count(v => v == x));
        double place = below + (0.5 * equal);
        if (equal == 0)
        {
            if (below > 0 && below < _sample.Count)
                place += ((x - _sample[below - 1]) / (_sample[below] - _sample[below - 1])) - 0.5;
        }
        return Math.Clamp(place / _sample.Count, 0, 0.9999);
    }

    private void Keep(double x)
    {
        if (_sample.Count < 256)
            _sample.Add(x);
        else
        {
            var random = CounterRandom.Mix(seed + ((ulong)_seen * 0x9E3779B97F4A7C15));
            if (random % 8 != 0)
                return;
            _sample[(int)((random >> 8) % 256)] = x;
        }
        _sample.Sort();
    }
}
