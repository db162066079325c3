using CsCheck;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Numerics;

public sealed class ClassVectorsTests
{
    private static readonly Gen<float[]> Logits =
        Gen.OneOf(Gen.Float[-5f, 5f], Gen.Float[-100f, 100f], Gen.Float[-1e4f, 1e4f]).Array[1, 70];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void A_count_is_padded_to_whole_blocks(int count, int padded) =>
        Assert.Equal(padded, ClassVectors.Padded(count));

    [Fact]
    public void Log_softmax_agrees_with_its_definition_in_doubles() =>
        Logits.Sample(logits =>
        {
            var (log, p) = Softmax<Lanes16>(logits);
            var top = logits.Max();
            var total = Math.Log(logits.Sum(l => Math.Exp((double)l - top)));
            for (var c = 0; c < logits.Length; c++)
            {
                var expected = (double)logits[c] - top - total;
                Assert.InRange(log[c] - expected, -1e-6 * (1 - expected), 1e-6 * (1 - expected));
                Assert.Equal(Math.Exp(expected), p[c], 1e-6);
            }
        }, iter: 2000);

    [Fact]
    public void Probabilities_sum_to_one_and_what_is_no_class_gets_none() =>
        Logits.Sample(logits =>
        {
            var (log, p) = Softmax<Lanes16>(logits);
            Assert.Equal(1, p.Take(logits.Length).Sum(v => (double)v), 1e-5);
            Assert.All(p.Skip(logits.Length), v => Assert.Equal(0f, v));
            Assert.All(log.Skip(logits.Length), v => Assert.InRange(v, float.MinValue, -1e29f));
        }, iter: 2000);

    [Fact]
    public void All_widths_give_the_same_bits_in_place_or_not() =>
        Logits.Sample(logits =>
        {
            var expected = Bits(Softmax<Pair<Pair<Lanes4>>>(logits));
            Assert.Equal(expected, Bits(Softmax<Pair<Lanes8>>(logits)));
            Assert.Equal(expected, Bits(Softmax<Lanes16>(logits)));
            Assert.Equal(expected, Bits(SoftmaxInPlace<Lanes16>(logits)));
            Assert.Equal(expected, Bits(SoftmaxInPlace<Pair<Pair<Lanes4>>>(logits)));
        }, iter: 1000);

    /// <summary>What lies beyond the classes must not matter: it is filled with something that would.</summary>
    private static float[] Spoiled(float[] logits) =>
        [.. logits, .. Enumerable.Repeat(3e4f, ClassVectors.Padded(logits.Length) - logits.Length)];

    private static (float[] Log, float[] P) Softmax<L>(float[] logits) where L : struct, ILanes<L>
    {
        var padded = Spoiled(logits);
        var (log, p) = (new float[padded.Length], new float[padded.Length]);
        ClassVectors.LogSoftmax<L>(ref padded[0], logits.Length, ref log[0], ref p[0]);
        return (log, p);
    }

    private static (float[] Log, float[] P) SoftmaxInPlace<L>(float[] logits) where L : struct, ILanes<L>
    {
        var log = Spoiled(logits);
        var p = new float[log.Length];
        ClassVectors.LogSoftmax<L>(ref log[0], logits.Length, ref log[0], ref p[0]);
        return (log, p);
    }

    private static IEnumerable<int> Bits((float[] Log, float[] P) result) =>
        result.Log.Concat(result.P).Select(BitConverter.SingleToInt32Bits);
}
