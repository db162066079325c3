using CsCheck;
using MoE.Compute.Gating;
using Xunit;

namespace MoE.Compute.Tests.Gating;

public sealed class TopKTests
{
    [Fact]
    public void The_best_come_first_and_of_equal_ones_the_lowest_place() =>
        Gen.OneOf(Gen.Float[-9f, 9f], Gen.Int[-2, 2].Select(i => (float)i)).Array[1, 60]
            .SelectMany(scores => Gen.Int[1, scores.Length].Select(k => (scores, k)))
            .Sample((scores, k) =>
            {
                var best = new int[k];
                TopK.Select(scores, best);
                var sorted = Enumerable.Range(0, scores.Length).OrderByDescending(e => scores[e]).ThenBy(e => e);
                Assert.Equal(sorted.Take(k), best);
            }, iter: 5000);

    [Fact]
    public void None_of_none_is_asked() => TopK.Select([], []);
}
