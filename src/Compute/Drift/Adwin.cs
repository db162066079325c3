using MoE.Compute.Files;
using static System.FormattableString;

namespace MoE.Compute.Drift;

/// <summary>How sure <see cref="Adwin"/> is to be, and how often it looks.</summary>
public sealed record AdwinOptions
{
    /// <summary>
    /// δ, the probability at most of a false alarm whenever it looks. Above 0, below 1. Default 0.002.
    /// </summary>
    public double Delta { get; init; } = 0.002;

    /// <summary>Values from one look for a change to the next. From 1 to 1,000,000. Default 32.</summary>
    public int Interval { get; init; } = 32;

    /// <summary>Refuses values that nothing can be detected with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public AdwinOptions Validated()
    {
        List<string> problems = [];
        if (!(Delta > 0 && Delta < 1))
            problems.Add(Invariant($"The delta of ADWIN is {Delta}; it must lie above 0 and below 1."));
        if (Interval is < 1 or > 1_000_000)
            problems.Add(Invariant($"The interval of ADWIN is {Interval} values; it must lie in [1, 1000000]."));
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}

/// <summary>
/// ADWIN, the window that is as long as nothing has changed (Bifet and Gavaldà: "Learning from time-changing data with
/// adaptive windowing", SDM 2007), for values in [0, 1]. The window W of n values is split at each border of its
/// <see cref="Buckets"/> into an older part W₀ and a newer part W₁. Their means differ for good where
/// |μ₀ − μ₁| ≥ ε_cut = √(2/m · σ²_W · ln(2/δ')) + 2/(3m) · ln(2/δ'), with 1/m = 1/n₀ + 1/n₁ and δ' = δ / ln n
/// (section 3, the bound that knows the variance; section 4, ADWIN2). Then W₀ of the split that exceeds its bound by
/// the greatest factor is dropped, and W is looked at again until no split is left.
/// </summary>
/// <remarks>
/// The paper drops the oldest bucket instead, and continues with the next look: there one change is confirmed several
/// times over, while its beginning stays in the window. Whether there is a change is the same in both, and so is the
/// bound on false alarms (theorem 3.1, 1). A value costs 1 step on average, a look 5 log₂ n; memory is constant.
/// </remarks>
public sealed class Adwin : IDriftDetector
{
    /// <summary>Values that a part has at least: of fewer the variance of the window says little.</summary>
    private const int ShortestPart = 5;

    private readonly AdwinOptions _options;
    private readonly Buckets _window = new();
    private int _sinceLook;

    /// <summary>A detector that has seen nothing.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public Adwin(AdwinOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validated();
    }

    /// <summary>The length of the window.</summary>
    public long RegimeLength => _window.Length;

    /// <summary>The mean of the present regime; 0 before the first value.</summary>
    public double Mean => _window.Length == 0 ? 0 : _window.Total().Sum / _window.Length;

    /// <summary>
    /// The mean of the regime before, right after a change was confirmed; 0 at any other time.
    /// </summary>
    public double MeanBefore { get; private set; }

    /// <inheritdoc/>
    public Change Add(double value)
    {
        MeanBefore = 0;
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "ADWIN takes values from 0 to 1.");
        _window.Add(value);
        if (++_sinceLook < _options.Interval)
            return Change.None;
        _sinceLook = 0;
        var change = StrongestSplit(out var older);
        if (change == Change.None)
            return change;
        var all = _window.Total();
        for (var next = change; next != Change.None; next = StrongestSplit(out older))
            _window.Drop(older);
        var rest = _window.Total();
        MeanBefore = (all.Sum - rest.Sum) / (all.Length - rest.Length);
        return change;
    }

    /// <inheritdoc/>
    public void Save(StateWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write((long)_sinceLook);
        _window.Save(state);
    }

    /// <inheritdoc/>
    public void Load(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _sinceLook = state.ReadCount(_options.Interval - 1);
        _window.Load(state);
    }

    /// <summary>In which direction the means differ at the split that exceeds its bound most.</summary>
    /// <param name="older">Buckets before that split; 0 if no split exceeds its bound.</param>
    private Change StrongestSplit(out int older)
    {
        var (change, most) = (Change.None, 1.0);
        older = 0;
        var all = _window.Total();
        if (all.Length < 2 * ShortestPart)
            return change;
        var mean = all.Sum / all.Length;
        var variance = Math.Max(0, all.Squares / all.Length - mean * mean);
        var confidence = Math.Log(2 * Math.Log(all.Length) / _options.Delta);
        var (length, sum) = (0L, 0.0);
        for (var i = 0; i < _window.Count - 1; i++)
        {
            var bucket = _window[i];
            (length, sum) = (length + bucket.Length, sum + bucket.Sum);
            var rest = all.Length - length;
            if (length < ShortestPart || rest < ShortestPart)
                continue;
            var perM = 1.0 / length + 1.0 / rest;
            var bound = Math.Sqrt(2 * perM * variance * confidence) + 2.0 / 3 * perM * confidence;
            var rise = (all.Sum - sum) / rest - sum / length;
            if (Math.Abs(rise) < most * bound)
                continue;
            (most, older) = (Math.Abs(rise) / bound, i + 1);
            change = rise > 0 ? Change.Up : Change.Down;
        }
        return change;
    }
}

/// <summary>Consecutive values, kept as their number, their sum and the sum of their squares.</summary>
internal readonly record struct Bucket(long Length, double Sum, double Squares);

/// <summary>
/// Numbers in [0, 1] in an exponential histogram (Datar, Gionis, Indyk, Motwani: "Maintaining stream statistics over
/// sliding windows", SIAM J. Computing 31, 2002): buckets of 2^level values, the oldest first, levels falling, at most
/// five of each; of six the two oldest become one of the next level.
/// </summary>
internal sealed class Buckets
{
    private const int MostPerLevel = 5;

    /// <summary>A window of 2⁴⁰ values is longer than any stream; beyond it the oldest are forgotten.</summary>
    private const int Levels = 40;

    private const int Room = Levels * MostPerLevel + 1;

    private readonly int[] _levels = new int[Room];
    private readonly double[] _sums = new double[Room];
    private readonly double[] _squares = new double[Room];

    /// <summary>Number of buckets.</summary>
    public int Count { get; private set; }

    /// <summary>Number of values in all buckets.</summary>
    public long Length { get; private set; }

    /// <summary>A bucket, 0 the oldest.</summary>
    public Bucket this[int place] => new(1L << _levels[place], _sums[place], _squares[place]);

    /// <summary>All buckets as one.</summary>
    public Bucket Total()
    {
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < Count; i++)
            (sum, squares) = (sum + _sums[i], squares + _squares[i]);
        return new(Length, sum, squares);
    }

    /// <summary>Adds a value at the new end.</summary>
    public void Add(double value)
    {
        (_levels[Count], _sums[Count], _squares[Count]) = (0, value, value * value);
        Count++;
        Length++;
        var end = Count;
        for (var level = 0; ; level++)
        {
            var first = end;
            while (first > 0 && _levels[first - 1] == level)
                first--;
            if (end - first <= MostPerLevel)
                return;
            if (level == Levels - 1)
            {
                Drop(1);
                return;
            }
            Merge(first);
            end = first + 1;
        }
    }

    /// <summary>Forgets the oldest buckets.</summary>
    public void Drop(int buckets)
    {
        for (var i = 0; i < buckets; i++)
            Length -= 1L << _levels[i];
        Close(0, buckets);
    }

    public void Save(StateWriter state)
    {
        state.Write<int>(_levels.AsSpan(0, Count));
        state.Write<double>(_sums.AsSpan(0, Count));
        state.Write<double>(_squares.AsSpan(0, Count));
    }

    public void Load(StateReader state)
    {
        var levels = state.ReadArray<int>();
        if (Fault(levels) is { } fault)
            throw state.Damaged(fault);
        state.Read(_sums.AsSpan(0, levels.Length));
        state.Read(_squares.AsSpan(0, levels.Length));
        levels.CopyTo(_levels, 0);
        Count = levels.Length;
        Length = levels.Sum(level => 1L << level);
        for (var i = 0; i < Count; i++)
        {
            // rounding keeps this order, so that it holds to the bit
            if (!(_squares[i] >= 0 && _squares[i] <= _sums[i] && _sums[i] <= 1L << _levels[i]))
                throw state.Damaged(Invariant($"a bucket of sum {_sums[i]} and squares {_squares[i]} was found; ")
                    + "that is not a sum of values up to 1");
        }
    }

    private static string? Fault(int[] levels)
    {
        if (levels.Length >= Room)
            return $"{levels.Length} buckets were found; {Room - 1} is the maximum";
        if (levels.Length > 0 && (levels[^1] != 0 || levels[0] >= Levels))
            return $"buckets from level {levels[0]} to {levels[^1]} were found; {Levels - 1} to 0 was expected at most";
        var run = 1;
        for (var i = 1; i < levels.Length; i++)
        {
            var fall = levels[i - 1] - levels[i];
            // a level that has a higher one before it has four buckets at least: six became two less and one above
            if (fall is < 0 or > 1 || (fall == 0 && ++run > MostPerLevel)
                || (fall == 1 && run < MostPerLevel - 1 && run < i))
                return $"bucket {i} was found on level {levels[i]} after {run} on level {levels[i - 1]}; "
                    + "that is impossible";
            run = fall == 0 ? run : 1;
        }
        return levels.Length > 0 && run < levels.Length && run < MostPerLevel - 1
            ? $"{run} single values were found at the end; {MostPerLevel - 1} or more were expected" : null;
    }

    private void Merge(int place)
    {
        _levels[place]++;
        _sums[place] += _sums[place + 1];
        _squares[place] += _squares[place + 1];
        Close(place + 1, 1);
    }

    private void Close(int place, int buckets)
    {
        var rest = Count - place - buckets;
        Array.Copy(_levels, place + buckets, _levels, place, rest);
        Array.Copy(_sums, place + buckets, _sums, place, rest);
        Array.Copy(_squares, place + buckets, _squares, place, rest);
        Count -= buckets;
    }
}
