using System.Globalization;
using MoE.Compute.Drift;
using MoE.Compute.Files;

namespace MoE.Compute.Growth;

/// <summary>A confirmed fall of the mixture's accuracy.</summary>
/// <param name="Row">Rows before it seems to have begun.</param>
/// <param name="Text">It in words.</param>
internal sealed record AccuracyFall(long Row, string Text);

/// <summary>Says when the mixture's predictions have become worse.</summary>
internal sealed class AccuracyWatch(long rows)
{
    /// <summary>Rows from one fall to the next at least.</summary>
    private const int Cooldown = 1000;

    private readonly Adwin _wrong = new(new AdwinOptions { Delta = 0.05, Interval = 32 });
    private long _last = rows - Cooldown;

    /// <summary>Takes one more row.</summary>
    /// <param name="wrong">Whether the prediction was wrong.</param>
    /// <param name="row">Its number, from 1 on.</param>
    /// <returns>What is confirmed by it; mostly null.</returns>
    public AccuracyFall? Add(bool wrong, long row)
    {
        if (_wrong.Add(wrong ? 1 : 0) != Change.Up || row - _last < Cooldown)
            return null;
        _last = row;
        var begin = Math.Max(0, row - _wrong.RegimeLength);
        return new(begin, string.Create(CultureInfo.InvariantCulture,
            $"accuracy fell from {Percent(_wrong.MeanBefore)} to {Percent(_wrong.Mean)} at about row {begin + 1:N0}"));
    }

    public void Save(StateWriter state)
    {
        state.Write(_last);
        _wrong.Save(state);
    }

    public void Load(StateReader state, long rows)
    {
        _last = state.ReadInt64(-Cooldown, rows);
        _wrong.Load(state);
    }

    private static string Percent(double wrong) =>
        (100 * (1 - wrong)).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
