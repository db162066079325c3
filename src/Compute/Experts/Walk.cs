using MoE.Compute.Encoding;

namespace MoE.Compute.Experts;

/// <summary>Takes an expert through a batch: row by row, predict, then learn.</summary>
public static class Walk
{
    /// <summary>Answers (B, heads, ClassStride) to all rows.</summary>
    /// <param name="expert">Who is asked, and learns.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="used">An array that nobody reads any more; taken for the answers where it is long enough.</param>
    public static float[] All(IExpert expert, EncodedBatch batch, float[]? used = null)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ArgumentNullException.ThrowIfNull(batch);
        var length = expert.Heads * batch.ClassStride;
        var answers = Room(used, batch.Rows * length);
        for (var row = 0; row < batch.Rows; row++)
        {
            expert.Predict(batch, row, answers.AsSpan(row * length, length));
            expert.Learn(batch, row);
        }
        return answers;
    }

    /// <summary>Answers (rows, heads, ClassStride) to the given rows, which are in ascending order.</summary>
    /// <param name="expert">Who is asked, and learns.</param>
    /// <param name="batch">The rows that the others are taken from.</param>
    /// <param name="rows">The rows that it sees.</param>
    /// <param name="used">An array that nobody reads any more; taken for the answers where it is long enough.</param>
    public static float[] Some(IExpert expert, EncodedBatch batch, ReadOnlySpan<int> rows, float[]? used = null)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ArgumentNullException.ThrowIfNull(batch);
        var length = expert.Heads * batch.ClassStride;
        var answers = Room(used, rows.Length * length);
        for (var i = 0; i < rows.Length; i++)
        {
            expert.Predict(batch, rows[i], answers.AsSpan(i * length, length));
            expert.Learn(batch, rows[i]);
        }
        return answers;
    }

    private static float[] Room(float[]? used, int length) => used?.Length >= length ? used : new float[length];
}
