using CsCheck;
using MoE.Compute.Drift;
using MoE.Compute.Files;
using Xunit;

namespace MoE.Compute.Tests.Drift;

public sealed class BucketsTests
{
    [Fact]
    public void Every_bucket_holds_the_sums_of_its_stretch_of_the_values()
    {
        Gen.Int[0, 16].Select(i => i / 16.0).Array[0, 500].Sample(values =>
        {
            var buckets = Filled(values);
            var at = 0;
            for (var i = 0; i < buckets.Count; i++)
            {
                var stretch = values.AsSpan(at, (int)buckets[i].Length).ToArray();
                Assert.Equal(new Bucket(stretch.Length, stretch.Sum(), stretch.Sum(v => v * v)), buckets[i]);
                at += stretch.Length;
            }
            Assert.Equal(new Bucket(values.Length, values.Sum(), values.Sum(v => v * v)), buckets.Total());
        }, iter: 100);
    }

    [Fact]
    public void Lengths_fall_by_halves_with_four_or_five_buckets_of_each_but_the_longest() =>
        Gen.Select(Gen.Int[1, 3000], Gen.Int[0, 10]).Sample((values, dropped) =>
        {
            var buckets = Filled(new double[values]);
            buckets.Drop(Math.Min(dropped, buckets.Count - 1));
            var lengths = Enumerable.Range(0, buckets.Count).Select(i => buckets[i].Length).ToList();
            Assert.Equal(lengths.Sum(), buckets.Length);
            Assert.Equal(lengths.OrderDescending(), lengths);
            foreach (var group in lengths.GroupBy(l => l))
                Assert.InRange(group.Count(), group.Key == lengths[0] ? 1 : 4, 5);
        }, iter: 200);

    [Fact]
    public void Whatever_was_kept_and_dropped_can_be_loaded() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 30], Gen.Int[0, 40]).Sample((values, dropped, more) =>
        {
            var buckets = Filled(new double[values]);
            buckets.Drop(Math.Min(dropped, buckets.Count));
            for (var i = 0; i < more; i++)
                buckets.Add(1);
            Assert.Equal(buckets.Total(), Loaded(buckets).Total());
        }, iter: 300);

    [Theory]
    [InlineData(new[] { 1 }, "buckets from level 1 to 1 were found; 39 to 0 was expected at most.")]
    [InlineData(new[] { 2, 0 }, "bucket 1 was found on level 0 after 1 on level 2; that is impossible.")]
    [InlineData(new[] { 0, 1, 0 }, "bucket 1 was found on level 1 after 1 on level 0; that is impossible.")]
    [InlineData(new[] { 0, 0, 0, 0, 0, 0 }, "bucket 5 was found on level 0 after 6 on level 0; that is impossible.")]
    [InlineData(new[] { 2, 1, 1, 0, 0, 0, 0 }, "bucket 3 was found on level 0 after 2 on level 1; that is impossible.")]
    [InlineData(new[] { 1, 0, 0 }, "2 single values were found at the end; 4 or more were expected.")]
    public void A_window_that_cannot_have_come_about_is_refused(int[] levels, string finding)
    {
        var error = Assert.Throws<InvalidDataException>(() => new Buckets().Load(Image(levels, 0, 0)));
        Assert.EndsWith(finding, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(0.5, 0.75)]
    [InlineData(double.NaN, 0)]
    [InlineData(0.5, -0.1)]
    public void A_sum_that_no_values_have_is_refused(double sum, double squares)
    {
        var error = Assert.Throws<InvalidDataException>(() => new Buckets().Load(Image([0], sum, squares)));
        Assert.Contains("that is not a sum of values up to 1.", error.Message, StringComparison.Ordinal);
    }

    private static Buckets Filled(double[] values)
    {
        var buckets = new Buckets();
        foreach (var value in values)
            buckets.Add(value);
        return buckets;
    }

    private static Buckets Loaded(Buckets buckets)
    {
        var state = new StateWriter();
        buckets.Save(state);
        var loaded = new Buckets();
        loaded.Load(new StateReader(state.ToArray()));
        return loaded;
    }

    private static StateReader Image(int[] levels, double sum, double squares)
    {
        var state = new StateWriter();
        state.Write<int>(levels);
        state.Write<double>(Enumerable.Repeat(sum, levels.Length).ToArray());
        state.Write<double>(Enumerable.Repeat(squares, levels.Length).ToArray());
        return new StateReader(state.ToArray());
    }
}
