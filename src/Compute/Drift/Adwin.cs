using MoE.Compute.Files;

namespace MoE.Compute.Drift;

/// <summary>
/// ADWIN, the window that is as long as nothing has changed (Bifet and Gavaldà: "Learning from time-changing data with
/// adaptive windowing", SDM 2007), for values in [0, 1]. The window W of n values is split at each border of its
/// <see cref="Buckets"/> into an older part W₀ and a newer part W₁. Their means differ for good where
/// |μ₀ − μ₁| ≥ ε_cut = √(2/m · σ²_W · ln(2/δ')) + 2/(3m) · ln(2/δ'), with 1/m = 1/n₀ + 1/n₁ and δ' = δ / ln n
/// (section 3, the bound that knows the variance; section 4, ADWIN2). Then W₀ of the split that exceeds its bound by
/// the greatest factor is dropped, and W is looked at again until no split is left.
/// </summary>
/// <remarks>
/// The paper drops the oldest bucket instead, and goes on with the next look: there one change is confirmed several
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
    /// <param name="older">Buckets before that split; 0 where no split exceeds its bound.</param>
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
