using CsCheck;
using MoE.Compute.Gating.Mixers;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Gating;

public sealed class HedgeWeightsTests
{
    /// <summary>Losses by row and expert, in [0, worst], and the rate.</summary>
    private static readonly Gen<(float[][] Losses, float Worst, float Rate)> Runs =
        Gen.Select(Gen.Int[1, 40], Gen.Float[0.5f, 5f], Gen.Float[0.05f, 1f], Gen.Int[1, 300])
            .SelectMany((n, worst, rate, rows) => Gen.OneOf(Gen.Float[0f, worst], Gen.Bool.Select(b => b ? worst : 0f))
                .Array[n].Array[rows].Select(losses => (losses, worst, rate)));

    [Fact]
    public void Without_a_share_the_loss_is_within_the_bound_of_Hedge() =>
        Runs.Sample((losses, worst, rate) =>
        {
            var n = losses[0].Length;
            var (hedge, total, own) = (new HedgeWeights<Lanes16>(n, rate, 0f, worst), 0.0, new double[n]);
            foreach (var row in losses)
            {
                for (var i = 0; i < n; i++)
                {
                    total += hedge.Values[i] * row[i];
                    own[i] += row[i];
                }
                hedge.Learn(Padded([.. row.Select(loss => -loss)]));
            }
            var bound = own.Min() + (Math.Log(n) / rate) + (rate * losses.Length * worst * worst / 8);
            Assert.InRange(total, 0, bound + 1e-3);
        }, iter: 200);

    [Fact]
    public void Weights_follow_their_definition_in_doubles() =>
        Gen.Select(Runs, Gen.Float[0f, 0.1f]).Sample((run, share) =>
        {
            var n = run.Losses[0].Length;
            var hedge = new HedgeWeights<Lanes16>(n, run.Rate, share, run.Worst);
            var plain = Enumerable.Repeat(1.0 / n, n).ToArray();
            foreach (var row in run.Losses)
            {
                hedge.Learn(Padded([.. row.Select(loss => -loss)]));
                plain = [.. plain.Select((w, i) => w * Math.Exp(-run.Rate * row[i]))];
                var sum = plain.Sum();
                plain = [.. plain.Select(w => ((1 - share) * w / sum) + (share / n))];
            }
            for (var i = 0; i < n; i++)
                Assert.Equal(plain[i], hedge.Values[i], 1e-3);
        }, iter: 200);

    [Fact]
    public void Weights_sum_to_one_whatever_happened() =>
        Gen.Select(Gen.Int[1, 40], Gen.Float[0f, 0.1f]).SelectMany((n, share) => Gen.OneOf(
            Gen.Float[0f, 1f], Gen.Const(0f), Gen.Const(1f), Gen.Float[0f, 1e-37f]).Array[n].Array[1, 300]
                .Select(p => (n, share, p)))
            .Sample((n, share, rows) =>
            {
                var hedge = new HedgeWeights<Lanes16>(n, 1f, share, 4f);
                foreach (var row in rows)
                {
                    hedge.Learn(Logs(row));
                    Assert.Equal(1, hedge.Values.Sum(w => (double)w), 1e-5);
                    Assert.All(hedge.Values.Take(n), w => Assert.InRange(w, 0.99f * share / n, 1.00001f));
                    Assert.All(hedge.Values.Skip(n), w => Assert.Equal(0f, w));
                }
            }, iter: 100);

    private static float[] Logs(float[] probabilities)
    {
        var logs = new float[ClassVectors.Padded(probabilities.Length)];
        ClassVectors.Log<Lanes16>(Padded(probabilities), logs, HedgeWeights<Lanes16>.Least);
        return logs;
    }

    private static float[] Padded(float[] values) =>
        [.. values, .. new float[ClassVectors.Padded(values.Length) - values.Length]];
}
