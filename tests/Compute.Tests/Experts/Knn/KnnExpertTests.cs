using CsCheck;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Knn;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Experts.Knn;

public sealed class KnnExpertTests
{
    [Theory]
    [InlineData("memory size=1000 near=8 wide=50")]
    [InlineData("memory size=100 near=8 wide=50")]
    [InlineData("memory size=130 near=1 wide=130")]
    [InlineData("memory size=16 near=3 wide=5")]
    [InlineData("memory input=rank size=100 near=8 wide=50")]
    [InlineData("memory size=64 near=64 wide=64")]
    public void Answers_are_the_votes_of_the_nearest_by_sorting(string text) =>
        EncodedStream.Any(rows: 400).Sample(stream => AssertAgrees(text, stream), iter: 20);

    [Fact]
    public void Equally_far_rows_that_no_longer_fit_leave_no_gap() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[1, 3], Gen.Int).Sample(
            (numeric, categorical, seed) => AssertAgrees(
                "memory size=1000 near=8 wide=50", new EncodedStream(numeric, categorical, 500, 5, seed)),
            iter: 12);

    [Fact]
    public void Many_columns_and_a_wide_ring_are_searched_exactly() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 10], Gen.Int).Sample(
            (numeric, categorical, seed) => AssertAgrees(
                "memory size=500 near=8 wide=64", new EncodedStream(numeric, categorical, 900, 5, seed)),
            iter: 5);

    [Fact]
    public void The_nearest_kept_are_those_that_sorting_puts_first() =>
        Gen.Select(
            Gen.OneOf(Gen.Float[0f, 9f], Gen.Int[0, 3].Select(i => (float)i), Gen.Const(0f), Gen.Float[0f, 1e-30f])
                .Array[1, 200],
            Gen.Int[1, 120],
            Gen.Bool).Sample((distances, k, any) =>
            {
                // the limit may be the greatest distance: it is where an earlier search left off
                var limit = any ? float.PositiveInfinity : distances.Max();
                var d = new float[ClassVectors.Padded(distances.Length)];
                var slots = new float[d.Length];
                Enumerable.Range(0, distances.Length).Select(slot => (float)slot).ToArray().CopyTo(slots, 0);
                distances.CopyTo(d, 0);
                var greatest = Nearest<Lanes16>.Keep(d, slots, distances.Length, k, limit);
                var kept = distances.Select((distance, slot) => (distance, slot: (float)slot)).Order().Take(k)
                    .OrderBy(s => s.slot).ToList();
                Assert.Equal(kept, d.Zip(slots).Take(kept.Count));
                Assert.Equal(distances.Length <= k ? limit : kept.Max(s => s.distance), greatest);
            }, iter: 5000);

    [Fact]
    public void Rows_that_are_searched_together_have_the_bits_of_rows_one_by_one() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int, Gen.Bool.Array[1500]).Sample((categorical, seed, sees) =>
        {
            // a ring that is searched for 8 rows at once, of a size that is no multiple of a tile, that is gone round
            const string Text = "memory size=1010 near=3 wide=20";
            var stream = new EncodedStream(66, categorical, 1500, 12, seed);
            IExpert[] together = [Pools.Create(Text, stream.Schema), Pools.Create(Text, stream.Schema)];
            var alone = Pools.Create(Text, stream.Schema);
            var expected = Answers.Walked(alone, stream.Batches(1));
            Assert.Equal(expected, Answers.Walked(together[0], stream.Batches(301)));
            Assert.Equal(Fingerprints.Of(alone.Save), Fingerprints.Of(together[0].Save));
            Assert.Equal(Frozen(alone, stream, 1), Frozen(together[0], stream, 77));
            var (one, some) = (Pools.Create(Text, stream.Schema), together[1]);
            int[] rows = [.. Enumerable.Range(0, stream.Rows).Where(row => sees[row])];
            foreach (var row in rows)
                ExpertRunner.Run(one, stream.Batch([row]), null);
            ExpertRunner.Run(some, stream.Batches(stream.Rows).Single(), rows);
            Assert.Equal(Fingerprints.Of(one.Save), Fingerprints.Of(some.Save));
        }, iter: 3);

    private static List<int> Frozen(IExpert expert, EncodedStream stream, int size) =>
    [
        .. stream.Batches(size, 1300, 1500).SelectMany(batch => Answers.Bits(
            expert.Heads, batch, [.. Enumerable.Range(0, batch.Rows)], ExpertRunner.Run(expert, batch, null, learns: false))),
    ];

    private static void AssertAgrees(string text, EncodedStream stream)
    {
        var spec = new ExpertSpec("it", ExpertRole.Shared, text);
        var options = (KnnOptions)ExpertKinds.Of(spec).ReadOptions(spec, []);
        ExpertReference.AssertAgree(spec, 0, _ => new KnnReference(options), stream, 1e-5);
    }
}
