using System.Globalization;
using MoE.Compute.Drift;
using MoE.Compute.Files;
using MoE.Compute.Scoring;

namespace MoE.Compute.Growth.Watches;

/// <summary>A confirmed fall of the accuracy of predictions.</summary>
/// <param name="Row">Rows before it seems to have begun.</param>
/// <param name="Text">It in words.</param>
internal sealed record AccuracyFall(long Row, string Text);

/// <summary>Says when predictions have become worse.</summary>
/// <param name="detector">Whose word counts; ADWIN sees every row all the same, so that it may be asked later.</param>
/// <param name="rows">Rows before the first one.</param>
internal sealed class AccuracyWatch(GrowthDetector detector, long rows)
{
    /// <summary>Rows from one fall to the next at least.</summary>
    private const int Cooldown = 1000;

    private readonly Adwin _wrong = new(new AdwinOptions { Delta = 0.05, Interval = 32 });
    private readonly PageHinkley? _loss = detector == GrowthDetector.Adwin ? null
        : new PageHinkley(new PageHinkleyOptions { Delta = 0.05, Lambda = 25 });
    private long _last = rows - Cooldown;

    /// <summary>Whether the log loss of the rows is looked at.</summary>
    public bool WantsLoss => _loss is not null;

    /// <summary>Takes one more row.</summary>
    /// <param name="wrong">Whether the prediction was wrong.</param>
    /// <param name="loss">Its log loss in nats, 0 to <see cref="IScoreboard.MostLoss"/>; nothing where no loss is wanted.</param>
    /// <param name="row">Its number, from 1 on.</param>
    /// <param name="of">Whose accuracy it is, in words; empty for the mixture.</param>
    /// <returns>What is confirmed by it; mostly null.</returns>
    public AccuracyFall? Add(bool wrong, float loss, long row, string of = "")
    {
        var isWrongMore = _wrong.Add(wrong ? 1 : 0) == Change.Up && detector != GrowthDetector.PageHinkley;
        var isLossUp = _loss?.Add(loss) == Change.Up;
        if ((!isWrongMore && !isLossUp) || row - _last < Cooldown)
            return null;
        if (isWrongMore)
        {
            _last = row;
            var begin = Math.Max(0, row - _wrong.RegimeLength);
            return new(begin, string.Create(CultureInfo.InvariantCulture, $"accuracy{of} fell from "
                + $"{Percent(_wrong.MeanBefore)} to {Percent(_wrong.Mean)} at about row {begin + 1:N0}"));
        }
        var since = Math.Max(0, row - _loss!.RegimeLength);
        // a rise of before the last fall is that fall, which the other detector has told
        if (since < _last)
            return null;
        _last = row;
        return new(since, string.Create(
            CultureInfo.InvariantCulture, $"log loss{of} rose at about row {since + 1:N0}"));
    }

    /// <summary>Writes what every detector setting has.</summary>
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

    /// <summary>Writes what only some have; nothing for <see cref="GrowthDetector.Adwin"/>.</summary>
    public void SaveLoss(StateWriter state) => _loss?.Save(state);

    public void LoadLoss(StateReader state) => _loss?.Load(state);

    private static string Percent(double wrong) =>
        (100 * (1 - wrong)).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
