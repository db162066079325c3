using MoE.Compute.Files;
using static System.FormattableString;

namespace MoE.Compute.Drift;

/// <summary>
/// The Page-Hinkley test (Page: "Continuous inspection schemes", Biometrika 41, 1954; with the forgetting of Gama et
/// al.: "A survey on concept drift adaptation", ACM Computing Surveys 46, 2014), on both sides: with the mean x̄ of all
/// values since the last change, PH ← max(0, α PH + x − x̄ − δ), and the same of −x; a change is confirmed when PH
/// exceeds λ. For α = 1 that is the survey's m_T − min m_t. The new regime began where PH was 0 last.
/// </summary>
/// <remarks>
/// Forgetting in m_T alone would leave its minimum behind; m_T would rise above it by itself, which is an alarm.
/// The beginning is early by what PH had strayed above 0 before: with the defaults about 200 values.
/// </remarks>
public sealed class PageHinkley : IDriftDetector
{
    /// <summary>The greatest value there may be, above 0 and below.</summary>
    public const double MostValue = 1e9;

    private readonly PageHinkleyOptions _options;
    private readonly Side _rise = new();
    private readonly Side _fall = new();
    private long _before;
    private long _count;
    private double _sum;

    /// <summary>A detector that has seen nothing.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public PageHinkley(PageHinkleyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validated();
    }

    /// <inheritdoc/>
    public long RegimeLength => _before + _count;

    /// <inheritdoc/>
    public Change Add(double value)
    {
        if (!(Math.Abs(value) <= MostValue))
            throw new ArgumentOutOfRangeException(
                nameof(value), value, Invariant($"Page-Hinkley takes values from {-MostValue} to {MostValue}."));
        _count++;
        _sum += value;
        var excess = value - _sum / _count;
        _rise.Add(excess - _options.Delta, _options.Alpha);
        _fall.Add(-excess - _options.Delta, _options.Alpha);
        var greater = _rise.Sum >= _fall.Sum ? _rise : _fall;
        if (_count < _options.Settling || !(greater.Sum > _options.Lambda))
            return Change.None;
        (_before, _count, _sum) = (greater.Length, 0, 0);
        _rise.Clear();
        _fall.Clear();
        return greater == _rise ? Change.Up : Change.Down;
    }

    /// <inheritdoc/>
    public void Save(StateWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write(_before);
        state.Write(_count);
        state.Write(_sum);
        _rise.Save(state);
        _fall.Save(state);
    }

    /// <inheritdoc/>
    public void Load(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _before = state.ReadInt64(0, long.MaxValue / 4);
        _count = state.ReadInt64(0, long.MaxValue / 4);
        _sum = state.ReadDouble(-2 * MostValue * _count, 2 * MostValue * _count);
        _rise.Load(state, _count);
        _fall.Load(state, _count);
    }

    /// <summary>What speaks for a change in one direction, and since how many values it does.</summary>
    private sealed class Side
    {
        public double Sum { get; private set; }

        public long Length { get; private set; }

        public void Add(double excess, double alpha)
        {
            Sum = Math.Max(0, alpha * Sum + excess);
            Length = Sum > 0 ? Length + 1 : 0;
        }

        public void Clear() => (Sum, Length) = (0, 0);

        public void Save(StateWriter state)
        {
            state.Write(Sum);
            state.Write(Length);
        }

        public void Load(StateReader state, long count)
        {
            Sum = state.ReadDouble(0, 4 * MostValue * count);
            Length = state.ReadInt64(0, count);
            if (Sum > 0 != Length > 0)
                throw state.Damaged(Invariant($"a sum of {Sum} over {Length} values was found; that cannot be"));
        }
    }
}
