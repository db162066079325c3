using MoE.Compute.Batches;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Gating;

/// <summary>How often each expert was asked and right, by the first of its heads.</summary>
internal sealed class ExpertTally
{
    private Roster _roster;
    private int[] _heads = [];
    private long[] _seen;
    private long[] _right;

    public ExpertTally(Roster roster)
    {
        (_roster, _seen, _right) = (roster, new long[roster.Count], new long[roster.Count]);
        CountHeads();
    }

    /// <summary>Rows that each expert has seen, by place.</summary>
    public ReadOnlySpan<long> Seen => _seen;

    /// <summary>Continues with another pool: what is known of its members is kept.</summary>
    public void Reshape(Roster roster)
    {
        var old = roster.Members.Select(member => _roster.PlaceOf(member.Key)).ToArray();
        _seen = Array.ConvertAll(old, place => place < 0 ? 0 : _seen[place]);
        _right = Array.ConvertAll(old, place => place < 0 ? 0 : _right[place]);
        _roster = roster;
        CountHeads();
    }

    /// <summary>Takes all answers to one batch.</summary>
    public void Add(RoutedBatch batch, ReadOnlySpan<float[]?> answers)
    {
        for (var place = 0; place < _heads.Length; place++)
        {
            if (answers[place] is not { } answer || !batch.Asks(place))
                continue;
            var (rows, labels) = (batch.Routing.RowsFor(place), batch.Labels);
            var count = rows?.Length ?? batch.Rows;
            for (var i = 0; i < count; i++)
            {
                var row = rows?[i] ?? i;
                var at = i * _heads[place] * labels.Stride;
                _seen[place]++;
                if (IsRight(answer.AsSpan(at, labels.KnownClasses[row]), labels.Targets[row]))
                    _right[place]++;
            }
        }
    }

    /// <summary>The scores of a pool's experts in its order, out of <paramref name="rows"/> rows in all.</summary>
    public IReadOnlyList<ExpertScore> Scores(Roster roster, long rows) => [.. roster.Members.Select(member =>
    {
        var (seen, right) = _roster.PlaceOf(member.Key) is >= 0 and var e ? (_seen[e], _right[e]) : (0, 0);
        return new ExpertScore(
            member.Spec.Id, seen == 0 ? 0 : 100d * right / seen, rows == 0 ? 0 : 100d * seen / rows);
    })];

    public void Save(StateWriter state)
    {
        state.Write<long>(_seen);
        state.Write<long>(_right);
    }

    public void Load(StateReader state)
    {
        state.Read<long>(_seen);
        state.Read<long>(_right);
    }

    private void CountHeads() => _heads = [.. _roster.Members.Select(member => ExpertKinds.Heads(member.Spec))];

    private static bool IsRight(ReadOnlySpan<float> answer, int y)
    {
        if (y >= answer.Length)
            return false;
        for (var c = 0; c < answer.Length; c++)
            if (c < y ? answer[c] >= answer[y] : answer[c] > answer[y])
                return false;
        return true;
    }
}
