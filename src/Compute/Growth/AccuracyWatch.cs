using System.Globalization;
using MoE.Compute.Drift;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Growth;

/// <summary>A confirmed fall of the accuracy of predictions.</summary>
/// <param name="Row">Rows before it seems to have begun.</param>
/// <param name="Text">It in words.</param>
internal sealed record AccuracyFall(long Row, string Text);

/// <summary>Reports when predictions have become worse.</summary>
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
    /// <param name="loss">
    /// Its loss, 0 to <see cref="IScoreboard.MostLoss"/>; ignored unless <see cref="WantsLoss"/>.
    /// </param>
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

/// <summary>Reports when one of the specialists has become worse, whatever the mixture made of it.</summary>
internal sealed class SpecialistWatches(GrowthDetector detector)
{
    private Watched[] _watched = [];

    /// <summary>Continues with another pool, that of the rows after <paramref name="rows"/>.</summary>
    public void Reshape(IEnumerable<Member> specialists, Roster roster, long rows)
    {
        var before = _watched;
        _watched = [.. specialists.Select(member => new Watched(
            member, roster.PlaceOf(member.Key), ExpertKinds.Heads(member.Spec),
            Array.Find(before, old => old.Member.Key == member.Key)?.Watch ?? new AccuracyWatch(detector, rows)))];
    }

    /// <summary>Takes the answers to a row; those that are confirmed to have become worse by it.</summary>
    /// <param name="labels">The batch.</param>
    /// <param name="row">The row in it.</param>
    /// <param name="answers">The experts' answers to the batch.</param>
    /// <param name="number">The row's number, from 1 on.</param>
    /// <param name="falls">Where they are added.</param>
    public void Add(Labels labels, int row, ReadOnlySpan<float[]?> answers, long number,
        List<(Member Member, AccuracyFall Fall)> falls)
    {
        var (truth, known) = (labels.Targets[row], labels.KnownClasses[row]);
        foreach (var watched in _watched)
        {
            if (answers[watched.Place] is not { } all || known == 0)
                continue;
            var answer = all.AsSpan(row * watched.Heads * labels.Stride, known);
            var loss = truth < known ? Math.Clamp(-answer[truth], 0, IScoreboard.MostLoss) : IScoreboard.MostLoss;
            if (watched.Watch.Add(TopK.First(answer) != truth, loss, number, $" of {watched.Member.Spec.Id}")
                is { } fall)
                falls.Add((watched.Member, fall));
        }
    }

    public void Save(StateWriter state)
    {
        foreach (var watched in _watched)
        {
            watched.Watch.Save(state);
            watched.Watch.SaveLoss(state);
        }
    }

    public void Load(StateReader state, long rows)
    {
        foreach (var watched in _watched)
        {
            watched.Watch.Load(state, rows);
            watched.Watch.LoadLoss(state);
        }
    }

    private sealed record Watched(Member Member, int Place, int Heads, AccuracyWatch Watch);
}
