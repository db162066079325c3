using CsCheck;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Fern;
using Xunit;

namespace MoE.Compute.Tests.Experts.Fern;

public sealed class FernExpertTests
{
    private const ulong Seed = 13;

    [Theory]
    [InlineData("fern count=40 depth=5 rate=0.1")]
    [InlineData("fern count=16 depth=10 rate=0.05")]
    [InlineData("fern count=1 depth=14 rate=1")]
    [InlineData("fern count=130 depth=1 rate=0.1")]
    [InlineData("fern count=23 depth=7 rate=0.1")]
    public void Probabilities_agree_with_the_definition_in_doubles(string text) =>
        EncodedStream.Any(rows: 300).Sample(stream =>
        {
            var spec = new ExpertSpec("it", ExpertRole.Shared, text);
            var options = (FernOptions)ExpertKinds.Of(spec).ReadOptions(spec, []);
            ExpertReference.AssertAgree(
                spec, Seed, s => new FernReference(options, s.Numeric, s.Categorical, Seed), stream, 1e-3);
        }, iter: 8);

    [Fact]
    public void Every_leaf_is_in_range_and_all_leaves_of_shallow_ferns_are_reached()
    {
        var options = new FernOptions { Count = 30, Depth = 2 };
        var tests = new FernSplits(options, 3, 1, Seed);
        var batch = new EncodedStream(3, 1, 2000, 2, 1).Batches(2000).Single();
        var leaf = new int[options.Count];
        var reached = Enumerable.Range(0, options.Count).Select(_ => new HashSet<int>()).ToArray();
        for (var row = 0; row < batch.Rows; row++)
        {
            tests.Leaves(batch.Features, row, stride: 1, leaf);
            for (var fern = 0; fern < options.Count; fern++)
                reached[fern].Add(leaf[fern] - (fern << options.Depth));
        }
        Assert.All(reached.SelectMany(r => r), l => Assert.InRange(l, 0, 3));
        Assert.InRange(reached.Average(r => r.Count), 3, 4);
    }
}
