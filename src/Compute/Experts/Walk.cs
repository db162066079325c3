using System.Numerics;
using MoE.Compute.Encoding;
using MoE.Compute.Rosters;

namespace MoE.Compute.Experts;

/// <summary>Takes an expert through a batch: row by row, predict, then learn, unless it is frozen.</summary>
public static class Walk
{
    private static readonly int[] EveryRow = [.. Enumerable.Range(0, MixtureOptions.MostRows)];

    /// <summary>
    /// What the member at a place of the batch's roster answers to its rows, which it learns unless it is frozen; null
    /// where it has none.
    /// </summary>
    /// <param name="expert">The member's numbers.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="place">Its place in the roster.</param>
    /// <param name="used">An array that nobody reads any more; taken for the answers where it is long enough.</param>
    public static float[]? Of(IExpert expert, EncodedBatch batch, int place, float[]? used = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var learns = batch.Roster[place].Mode == ExpertMode.Learning;
        return !batch.Asks(place) ? null
            : batch.RowsFor(place) is { } rows ? Some(expert, batch, rows, learns, used)
            : All(expert, batch, learns, used);
    }

    /// <summary>Answers (B, heads, ClassStride) to all rows.</summary>
    /// <param name="expert">Who is asked, and learns.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="learns">Whether it learns.</param>
    /// <param name="used">An array that nobody reads any more; taken for the answers where it is long enough.</param>
    public static float[] All(IExpert expert, EncodedBatch batch, bool learns = true, float[]? used = null)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ArgumentNullException.ThrowIfNull(batch);
        var length = expert.Heads * batch.ClassStride;
        var answers = used?.Length >= batch.Rows * length ? used : new float[batch.Rows * length];
        Prepare(expert, learns);
        if (expert is IRunExpert together)
            together.Take(batch, Every(batch.Rows), learns, answers);
        else
            for (var row = 0; row < batch.Rows; row++)
                Take(expert, batch, row, learns, answers.AsSpan(row * length, length));
        return answers;
    }

    /// <summary>
    /// Answers (rows, heads, ClassStride) to the given rows, which are in ascending order; the array may be longer.
    /// </summary>
    /// <param name="expert">Who is asked, and learns.</param>
    /// <param name="batch">The rows that the others are taken from.</param>
    /// <param name="rows">The rows that it sees.</param>
    /// <param name="learns">Whether it learns.</param>
    /// <param name="used">An array that nobody reads any more; taken for the answers where it is long enough.</param>
    public static float[] Some(
        IExpert expert, EncodedBatch batch, ReadOnlySpan<int> rows, bool learns = true, float[]? used = null)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ArgumentNullException.ThrowIfNull(batch);
        var length = expert.Heads * batch.ClassStride;
        var answers = used?.Length >= rows.Length * length ? used : new float[Ample(rows.Length) * length];
        Prepare(expert, learns);
        if (expert is IRunExpert together)
            together.Take(batch, rows, learns, answers);
        else
            for (var i = 0; i < rows.Length; i++)
                Take(expert, batch, rows[i], learns, answers.AsSpan(i * length, length));
        return answers;
    }

    private static void Take(IExpert expert, EncodedBatch batch, int row, bool learns, Span<float> answer)
    {
        if (learns)
        {
            expert.Predict(batch, row, answer);
            expert.Learn(batch, row);
        }
        else
            expert.Answer(batch, row, answer);
    }

    private static void Prepare(IExpert expert, bool learns)
    {
        if (!learns)
            expert.Settle();
    }

    /// <summary>Rows to make room for: an expert gets another number of them from batch to batch.</summary>
    private static int Ample(int rows) => Math.Max(4, (int)BitOperations.RoundUpToPowerOf2((uint)rows));

    private static ReadOnlySpan<int> Every(int rows) =>
        rows <= EveryRow.Length ? EveryRow.AsSpan(0, rows) : Enumerable.Range(0, rows).ToArray();
}
