using System.Numerics;
using MoE.Compute.Encoding;

namespace MoE.Compute.Experts;

/// <summary>Takes an expert through a batch: row by row, predict, then learn, unless it is frozen.</summary>
public static class ExpertRunner
{
    private static readonly int[] EveryRow = [.. Enumerable.Range(0, MixtureOptions.MostRows)];

    /// <summary>
    /// Answers (rows, heads, stride) to rows of a batch, which are learned unless the expert is frozen; the array may
    /// be longer.
    /// </summary>
    /// <param name="expert">The expert that predicts and learns.</param>
    /// <param name="batch">The rows that the others are taken from.</param>
    /// <param name="rows">The rows that it sees, ascending; null for all of them.</param>
    /// <param name="learns">Whether it learns.</param>
    /// <param name="used">An array that is no longer read; reused for the answers if it is long enough.</param>
    public static float[] Run(
        IExpert expert, TrainingBatch batch, int[]? rows, bool learns = true, float[]? used = null)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ArgumentNullException.ThrowIfNull(batch);
        var (features, labels) = (batch.Features, batch.Labels);
        var seen = rows is null ? Every(batch.Rows) : rows;
        var length = expert.Heads * labels.Stride;
        var answers = used?.Length >= seen.Length * length ? used
            : new float[(rows is null ? seen.Length : Ample(seen.Length)) * length];
        if (!learns)
            expert.Flush();
        if (expert is IRunExpert together)
            together.Take(features, labels, seen, learns, answers);
        else
            for (var i = 0; i < seen.Length; i++)
                Take(expert, features, labels, seen[i], learns, answers.AsSpan(i * length, length));
        return answers;
    }

    private static void Take(
        IExpert expert, FeatureBatch batch, Labels labels, int row, bool learns, Span<float> answer)
    {
        if (learns)
        {
            expert.Forward(batch, row, labels.KnownClasses[row], answer);
            expert.Learn(labels.Targets[row]);
        }
        else
            expert.Predict(batch, row, labels.KnownClasses[row], answer);
    }

    /// <summary>Rows to make room for: an expert gets another number of them from batch to batch.</summary>
    private static int Ample(int rows) => Math.Max(4, (int)BitOperations.RoundUpToPowerOf2((uint)rows));

    private static ReadOnlySpan<int> Every(int rows) =>
        rows <= EveryRow.Length ? EveryRow.AsSpan(0, rows) : Enumerable.Range(0, rows).ToArray();
}
