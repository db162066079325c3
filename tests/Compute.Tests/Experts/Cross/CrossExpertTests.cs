using CsCheck;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Cross;
using Xunit;

namespace MoE.Compute.Tests.Experts.Cross;

public sealed class CrossExpertTests
{
    private const ulong Seed = 12;

    [Theory]
    [InlineData("cross bits=18 rate=0.05 pairs=300 bins=16")]
    [InlineData("cross bits=10 rate=0.5 pairs=4 bins=3")]
    [InlineData("cross bits=8 rate=0.05 pairs=300 bins=64")]
    [InlineData("cross bits=12 rate=0.05 pairs=0")]
    public void Probabilities_agree_with_the_definition_in_doubles(string text) =>
        EncodedStream.Any(rows: 300).Sample(stream =>
        {
            var spec = new ExpertSpec("it", ExpertRole.Shared, text);
            var options = (CrossOptions)ExpertKinds.Of(spec).ReadOptions(spec, []);
            ExpertReference.AssertAgree(
                spec, Seed, s => new CrossReference(options, s.Numeric, s.Categorical, Seed), stream, 1e-3);
        }, iter: 10);

    [Fact]
    public void A_row_touches_the_constant_every_feature_and_as_many_pairs_as_are_wanted() =>
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 5], Gen.Int[0, 90], Gen.Int[8, 20]).Where((n, m, _, _) => n + m > 0)
            .Sample((numeric, categorical, pairs, bits) =>
            {
                var keys = new CrossKeys(new CrossOptions { Pairs = pairs, Bits = bits }, numeric, categorical, Seed);
                keys.Read(new EncodedStream(numeric, categorical, 40, 2, 1).Batches(40).Single().Features, 39);
                var features = numeric + categorical;
                Assert.Equal(1 + features + Math.Min(pairs, features * (features - 1) / 2), keys.Keys.Length);
                Assert.Equal(0, keys.Keys[0]);
                Assert.All(keys.Keys, row => Assert.InRange(row, 0, (1 << bits) - 1));
            }, iter: 300);

    [Fact]
    public void Rows_of_the_table_are_told_apart_by_bins_and_missing_is_a_bin_of_its_own()
    {
        const int bins = 16;
        float[] ranks =
            [.. Enumerable.Range(0, bins).SelectMany(b => (float[])[b / 16f, (b + 0.9f) / 16f]), float.NaN, float.NaN];
        var keys = new CrossKeys(new CrossOptions { Bits = 20, Bins = bins }, 2, 0, Seed);
        var touched = ranks.Select(rank => Read(keys, rank, 0.5f)).ToList();
        for (var i = 0; i < touched.Count; i += 2)
            Assert.Equal(touched[i], touched[i + 1]);
        var firstFeature = touched.Select(rows => rows[1]).Distinct().ToList();
        var pair = touched.Select(rows => rows[3]).Distinct().ToList();
        Assert.Equal(bins + 1, firstFeature.Count);
        Assert.Equal(bins + 1, pair.Count);
        Assert.Single(touched.Select(rows => rows[2]).Distinct());
    }

    [Fact]
    public void Keys_share_rows_of_the_table_no_more_often_than_by_chance()
    {
        const int features = 12;
        const int table = 1 << 18;
        var keys = new CrossKeys(new CrossOptions { Bits = 18, Bins = 64 }, features, 0, Seed);
        var pairs = Enumerable.Range(0, features)
            .SelectMany(a => Enumerable.Range(a + 1, features - a - 1).Select(b => (a, b))).ToList();
        HashSet<(int Pair, float A, float B)> met = [];
        HashSet<int> rows = [];
        foreach (var batch in new EncodedStream(features, 0, 400, 1, 1).Batches(1))
        {
            keys.Read(batch.Features, 0);
            var bins = batch.Features.Rank.Select(r => float.IsNaN(r) ? 64 : MathF.Floor(r * 64)).ToArray();
            for (var i = 0; i < pairs.Count; i++)
                if (met.Add((i, bins[pairs[i].a], bins[pairs[i].b])))
                    rows.Add(keys.Keys[1 + features + i]);
        }
        var byChance = table * (1 - Math.Exp(-met.Count / (double)table));
        Assert.InRange(rows.Count, 0.99 * byChance, met.Count);
    }

    private static int[] Read(CrossKeys keys, float first, float second)
    {
        var batch = new EncodedStream(2, 0, 1, 1, 1).Batches(1).Single();
        (batch.Features.Rank[0], batch.Features.Rank[1]) = (first, second);
        keys.Read(batch.Features, 0);
        return [.. keys.Keys];
    }
}
