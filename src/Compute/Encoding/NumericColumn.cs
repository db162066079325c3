using System.Runtime.CompilerServices;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Encoding;

/// <summary>
/// What is known of one numeric column: mean and deviation with rate max(1/t, 10⁻⁴), and a sorted sample of 256 values,
/// in which every eighth new value replaces a random one. Everything moves by the column's own count t, missing cells
/// excluded. A column that varies far less than others starts with smaller z: the variance is raised by 32 / t of the
/// spread of all columns, as what hardly varies is mostly noise until it has shown otherwise.
/// </summary>
internal sealed class NumericColumn(ulong seed)
{
    private const int Sample = 256;
    private const double SlowestRate = 1e-4;
    private const float Clip = 4f;

    /// <summary>Rows that the spread of all columns is worth in the deviation of one.</summary>
    private const double SpreadRows = 32;

    /// <summary>How far it may raise the variance at most: to 16 times, so z is at least a quarter.</summary>
    private const double MostSpread = 15;

    /// <summary>More than any cells' variance, and little enough to be computed with.</summary>
    internal const double MostVariance = 1e80;

    private const double MostMean = 1e39;
    private const double MostInverseDeviation = 1e16;

    private readonly float[] _sorted = new float[Sample];
    private int _filled;
    private long _seen;
    private double _mean;
    private double _variance;
    private double _inverseDeviation = 1;

    /// <summary>
    /// z and rank of a value by the values before it; then the value counts itself. NaN is a missing cell.
    /// </summary>
    /// <param name="x">The cell.</param>
    /// <param name="spread">A high quantile of all columns' variances.</param>
    /// <param name="z">Its z-score, in [-4, 4].</param>
    /// <param name="rank">Its rank, in [0, 1).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(float x, double spread, out float z, out float rank)
    {
        var upper = Look(x, out z, out rank);
        if (float.IsNaN(x))
            return;
        _seen++;
        Moments(x, spread);
        Keep(x, upper);
    }

    /// <summary>z and rank of a value by the values so far, which stay as they are. NaN is a missing cell.</summary>
    public void Read(float x, out float z, out float rank) => Look(x, out z, out rank);

    /// <summary>The same column for other threads to read.</summary>
    public NumericColumn Clone()
    {
        var clone = new NumericColumn(seed)
        {
            _filled = _filled,
            _seen = _seen,
            _mean = _mean,
            _variance = _variance,
            _inverseDeviation = _inverseDeviation,
        };
        _sorted.CopyTo(clone._sorted, 0);
        return clone;
    }

    /// <summary>z and rank of a value; answers the number of sampled values up to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Look(float x, out float z, out float rank)
    {
        if (float.IsNaN(x))
        {
            (z, rank) = (0f, float.NaN);
            return 0;
        }
        z = Math.Clamp((float)((x - _mean) * _inverseDeviation), -Clip, Clip);
        var lower = CountBelow(x);
        var upper = lower;
        if (lower < _filled && _sorted[lower] == x)
            upper = CountUpTo(x);
        rank = Rank(x, lower, upper);
        return upper;
    }

    /// <summary>Present variance, in the column's unit squared.</summary>
    public double Variance => _variance;

    public void Save(StateWriter state)
    {
        state.Write<float>(_sorted);
        state.Write((long)_filled);
        state.Write(_seen);
        state.Write(_mean);
        state.Write(_variance);
        state.Write(_inverseDeviation);
    }

    public void Load(StateReader state)
    {
        state.Read<float>(_sorted);
        (_filled, _seen) = (state.ReadCount(Sample), state.ReadInt64(0, long.MaxValue / 2));
        if (_filled != Math.Min(_seen, Sample))
            throw state.Damaged($"a sample of {_filled} out of {_seen} cells was found; {Sample} or all were expected");
        for (var i = 0; i < _filled; i++)
            if (!float.IsFinite(_sorted[i]) || (i > 0 && _sorted[i] < _sorted[i - 1]))
                throw state.Damaged("a sample of cells that is not sorted or not finite was found");
        _mean = state.ReadDouble(-MostMean, MostMean);
        _variance = state.ReadDouble(0, MostVariance);
        _inverseDeviation = state.ReadDouble(0, MostInverseDeviation);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Moments(float x, double spread)
    {
        var rate = Math.Max(1d / _seen, SlowestRate);
        var difference = x - _mean;
        _mean += rate * difference;
        _variance = (1 - rate) * (_variance + (rate * difference * difference));
        var raised = _variance + Math.Min(MostSpread * _variance, SpreadRows * spread / _seen);
        _inverseDeviation = _variance > 1e-30 ? 1 / Math.Sqrt(raised) : 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Rank(float x, int lower, int upper)
    {
        if (_filled < 2)
            return 0.5f;
        float rank;
        if (upper > lower)
            rank = (lower + upper) * 0.5f / _filled;
        else if (lower == 0)
            rank = 0f;
        else if (lower == _filled)
            rank = 1f;
        else
        {
            // doubles, as the difference of two floats may exceed a float
            double a = _sorted[lower - 1], b = _sorted[lower];
            rank = (lower - 0.5f + (float)((x - a) / (b - a))) / _filled;
        }
        return Math.Clamp(rank, 0f, 0.9999f);
    }

    private void Keep(float x, int at)
    {
        if (_filled < Sample)
        {
            _sorted.AsSpan(at, _filled - at).CopyTo(_sorted.AsSpan(at + 1));
            _sorted[at] = x;
            _filled++;
            return;
        }
        var random = CounterRandom.Mix(seed + ((ulong)_seen * 0x9E3779B97F4A7C15));
        if ((random & 7) != 0)
            return;
        var old = (int)((random >> 8) % Sample);
        if (old < at)
        {
            at--;
            _sorted.AsSpan(old + 1, at - old).CopyTo(_sorted.AsSpan(old));
        }
        else
            _sorted.AsSpan(at, old - at).CopyTo(_sorted.AsSpan(at + 1));
        _sorted[at] = x;
    }

    /// <summary>Number of sampled values below x, by bisection without branches.</summary>
    private int CountBelow(float x)
    {
        var (low, length) = (0, _filled);
        var sorted = _sorted;
        while (length > 0)
        {
            var half = (length + 1) >> 1;
            low += half & -(sorted[low + half - 1] < x ? 1 : 0);
            length -= half;
        }
        return low;
    }

    private int CountUpTo(float x)
    {
        var (low, length) = (0, _filled);
        var sorted = _sorted;
        while (length > 0)
        {
            var half = (length + 1) >> 1;
            low += half & -(sorted[low + half - 1] <= x ? 1 : 0);
            length -= half;
        }
        return low;
    }
}
