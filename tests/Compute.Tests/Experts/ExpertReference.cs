using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>An expert's definition, one number after the other: what the vector code must agree with.</summary>
internal abstract class ExpertReference
{
    /// <summary>Probabilities by head and class, of the classes known before the row.</summary>
    public abstract double[][] Predict(TrainingBatch batch, int row);

    public abstract void Learn(TrainingBatch batch, int row);

    public static double[] Softmax(IReadOnlyList<double> logits)
    {
        var top = logits.Count == 0 ? 0 : logits.Max();
        var e = logits.Select(l => Math.Exp(l - top)).ToArray();
        var sum = e.Sum();
        return [.. e.Select(v => v / sum)];
    }

    /// <summary>Walks both through the stream and compares every probability.</summary>
    public static void AssertAgree(
        ExpertSpec spec, ulong seed, Func<EncodedStream, ExpertReference> make, EncodedStream stream, double within)
    {
        var expert = ExpertKinds.Of(spec).Create(spec, stream.Schema, seed, VectorWidth.Bits512);
        var plain = make(stream);
        foreach (var batch in stream.Batches(32))
            for (var row = 0; row < batch.Rows; row++)
            {
                var answer = new float[expert.Heads * batch.Labels.Stride];
                expert.Forward(batch.Features, row, batch.Labels.KnownClasses[row], answer);
                var expected = plain.Predict(batch, row);
                Assert.Equal(expert.Heads, expected.Length);
                for (var head = 0; head < expected.Length; head++)
                    for (var c = 0; c < batch.Labels.KnownClasses[row]; c++)
                        Assert.Equal(expected[head][c], Math.Exp(answer[(head * batch.Labels.Stride) + c]), within);
                expert.Learn(batch.Labels.Targets[row]);
                plain.Learn(batch, row);
            }
    }
}
