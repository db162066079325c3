using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Growth.Watches;

/// <summary>Says when one of the specialists has become worse, whatever the mixture made of it.</summary>
internal sealed class SpecialistWatches(GrowthDetector detector)
{
    private Watched[] _watched = [];

    /// <summary>Goes on with another pool, which is that of the rows behind <paramref name="rows"/>.</summary>
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
