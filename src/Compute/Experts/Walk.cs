using MoE.Compute.Encoding;

namespace MoE.Compute.Experts;

/// <summary>Takes an expert through a batch: row by row, predict, then learn.</summary>
public static class Walk
{
    /// <summary>Answers (B, heads, ClassStride) to all rows.</summary>
    public static float[] All(IExpert expert, EncodedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ArgumentNullException.ThrowIfNull(batch);
        var length = expert.Heads * batch.ClassStride;
        var answers = new float[batch.Rows * length];
        for (var row = 0; row < batch.Rows; row++)
        {
            expert.Predict(batch, row, answers.AsSpan(row * length, length));
            expert.Learn(batch, row);
        }
        return answers;
    }

    /// <summary>Answers (rows, heads, ClassStride) to the given rows, which are in ascending order.</summary>
    public static float[] Some(IExpert expert, EncodedBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(expert);
        ArgumentNullException.ThrowIfNull(batch);
        var length = expert.Heads * batch.ClassStride;
        var answers = new float[rows.Length * length];
        for (var i = 0; i < rows.Length; i++)
        {
            expert.Predict(batch, rows[i], answers.AsSpan(i * length, length));
            expert.Learn(batch, rows[i]);
        }
        return answers;
    }
}
