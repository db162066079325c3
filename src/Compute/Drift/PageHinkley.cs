using MoE.Compute.Files;
using static System.FormattableString;

namespace MoE.Compute.Drift;

/// <summary>
/// How much <see cref="PageHinkley"/> puts up with. On a series of variance σ² whose mean stays, false alarms are about
/// exp(2δλ/σ²) · σ²/(2δ²) values apart; a change by Δ above δ is confirmed after about λ / (Δ − δ) values.
/// </summary>
public sealed record PageHinkleyOptions
{
    /// <summary>δ, by how much the mean may be off. 0 or more. Default 0.02.</summary>
    public double Delta { get; init; } = 0.02;

    /// <summary>λ, the sum of what is more than that, at which a change is confirmed. Above 0. Default 50.</summary>
    public double Lambda { get; init; } = 50;

    /// <summary>
    /// α, what is left of that sum at the next value; then a change by less than δ + λ (1 − α) is never confirmed.
    /// Above 0, up to 1 (nothing is forgotten). Default 0.9999.
    /// </summary>
    public double Alpha { get; init; } = 0.9999;

    /// <summary>Values of a regime before a change can be confirmed. From 1 to 1,000,000. Default 30.</summary>
    public int Settling { get; init; } = 30;

    /// <summary>Refuses values that nothing can be detected with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public PageHinkleyOptions Validated()
    {
        List<string> problems = [];
        if (!(Delta >= 0 && double.IsFinite(Delta)))
            problems.Add(Invariant($"The delta of Page-Hinkley is {Delta}; it must be 0 or more."));
        if (!(Lambda > 0 && double.IsFinite(Lambda)))
            problems.Add(Invariant($"The lambda of Page-Hinkley is {Lambda}; it must be above 0."));
        if (!(Alpha > 0 && Alpha <= 1))
            problems.Add(Invariant($"The alpha of Page-Hinkley is {Alpha}; it must lie above 0 and be 1 at most."));
        if (Settling is < 1 or > 1_000_000)
            problems.Add(Invariant(
                $"The settling of Page-Hinkley is {Settling} values; it must lie in [1, 1000000]."));
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}

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
                throw state.Damaged(Invariant($"a sum of {Sum} over {Length} values was found; that is impossible"));
        }
    }
}
