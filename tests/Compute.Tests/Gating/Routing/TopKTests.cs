using CsCheck;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

public sealed class TopKTests
{
    [Fact]
    public void The_best_come_first_and_of_equal_ones_the_lowest_place() =>
        Gen.OneOf(Gen.Float[-9f, 9f], Gen.Int[-2, 2].Select(i => (float)i)).Array[1, 150]
            .SelectMany(scores => Gen.Int[1, scores.Length].Select(k => (scores, k)))
            .Sample((scores, k) =>
            {
                var sorted = Enumerable.Range(0, scores.Length).OrderByDescending(e => scores[e]).ThenBy(e => e);
                var best = sorted.Take(k).ToArray();
                Assert.Equal(best, Select<Lanes16>(scores, k));
                Assert.Equal(best, Select<Pair<Lanes8>>(scores, k));
                Assert.Equal(best, Select<Pair<Pair<Lanes4>>>(scores, k));
            }, iter: 3000);

    [Fact]
    public void What_is_no_number_or_lower_than_all_is_never_taken() =>
        Assert.Equal([3, 1], Select<Lanes16>([float.NaN, -7f, float.NegativeInfinity, 2f, float.NaN], 4));

    [Fact]
    public void The_first_is_the_lowest_place_of_the_highest_score() => Assert.Equal(
        (1, 0, 0), (TopK.First([1f, 3f, 2f, 3f]), TopK.First([0f, 0f]), TopK.First([])));

    private static int[] Select<L>(float[] scores, int k) where L : struct, ILanes<L>
    {
        float[] padded = [.. scores, .. Enumerable.Repeat(
            float.NegativeInfinity, ClassVectors.Padded(scores.Length) - scores.Length)];
        var best = new int[k];
        return best[..TopK.Select<L>(padded, best, new float[k])];
    }
}
