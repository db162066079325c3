using System.Numerics;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>Answers that an expert gave, cut down to what it promises: the classes known before each row.</summary>
internal static class Answers
{
    /// <summary>Walks through the batches; gives the bits of all answers in order.</summary>
    public static List<int> Walked(IExpert expert, IEnumerable<TrainingBatch> batches) =>
        [.. batches.SelectMany(
            batch => Bits(expert.Heads, batch, [.. Enumerable.Range(0, batch.Rows)], ExpertRunner.Run(expert, batch, null)))];

    /// <summary>
    /// The bits of answers (rows, heads, ClassStride) to the given rows of a batch; their array may be made for more
    /// rows, up to the next power of 2 and for 4 at least.
    /// </summary>
    public static IEnumerable<int> Bits(int heads, TrainingBatch batch, int[] rows, float[] answers)
    {
        var (length, rooms) = (heads * batch.Labels.Stride, Math.Max(4, BitOperations.RoundUpToPowerOf2((uint)rows.Length)));
        Assert.InRange(answers.Length, rows.Length * length, (int)rooms * length);
        for (var i = 0; i < rows.Length; i++)
            for (var head = 0; head < heads; head++)
                foreach (var log in answers[(((i * heads) + head) * batch.Labels.Stride)..][..batch.Labels.KnownClasses[rows[i]]])
                    yield return BitConverter.SingleToInt32Bits(log);
    }

    /// <summary>Every answer is finite, and its probabilities sum to 1.</summary>
    public static void AssertProbabilities(int heads, TrainingBatch batch, float[] answers)
    {
        for (var row = 0; row < batch.Rows; row++)
            for (var head = 0; head < heads && batch.Labels.KnownClasses[row] > 0; head++)
            {
                var answer = answers.AsSpan(((row * heads) + head) * batch.Labels.Stride, batch.Labels.KnownClasses[row]).ToArray();
                Assert.All(answer, log => Assert.InRange(log, float.MinValue, 1e-6f));
                Assert.Equal(1, answer.Sum(log => Math.Exp(log)), 1e-4);
            }
    }
}
