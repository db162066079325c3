using MoE.Compute.Encoding;
using MoE.Compute.Evaluation;
using MoE.Compute.Experts;
using MoE.Compute.Files;

namespace MoE.Compute.Gating;

/// <summary>How often each expert was asked and right, by the first of its heads.</summary>
internal sealed class ExpertTally(IReadOnlyList<ExpertSpec> pool)
{
    private readonly int[] _heads = [.. pool.Select(ExpertKinds.Heads)];
    private readonly int[] _slot = RoutedSlots.Of(pool);
    private readonly long[] _seen = new long[pool.Count];
    private readonly long[] _right = new long[pool.Count];

    /// <summary>Takes all answers to one batch.</summary>
    public void Add(EncodedBatch batch, ReadOnlySpan<float[]?> answers)
    {
        for (var expert = 0; expert < answers.Length; expert++)
        {
            if (answers[expert] is not { } answer)
                continue;
            var rows = _slot[expert] < 0 ? null : batch.RowsOf[_slot[expert]];
            var count = _slot[expert] < 0 ? batch.Rows : rows?.Length ?? 0;
            for (var i = 0; i < count; i++)
            {
                var row = rows?[i] ?? i;
                var at = i * _heads[expert] * batch.ClassStride;
                _seen[expert]++;
                if (IsRight(answer.AsSpan(at, batch.Known[row]), batch.Targets[row]))
                    _right[expert]++;
            }
        }
    }

    /// <summary>The experts' scores in the pool's order, out of <paramref name="rows"/> rows in all.</summary>
    public IReadOnlyList<ExpertScore> Scores(long rows) => [.. pool.Select((spec, e) => new ExpertScore(
        spec.Id, _seen[e] == 0 ? 0 : 100d * _right[e] / _seen[e], rows == 0 ? 0 : 100d * _seen[e] / rows))];

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
