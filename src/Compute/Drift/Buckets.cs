using MoE.Compute.Files;
using static System.FormattableString;

namespace MoE.Compute.Drift;

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
                    + "that is no sum of values up to 1");
        }
    }

    private static string? Fault(int[] levels)
    {
        if (levels.Length >= Room)
            return $"{levels.Length} buckets were found; {Room - 1} is the most there can be";
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
                    + "that cannot be";
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
