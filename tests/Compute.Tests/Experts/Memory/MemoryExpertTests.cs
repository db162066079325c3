using CsCheck;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Simd;
using Xunit;

namespace MoE.Compute.Tests.Experts.Memory;

public sealed class MemoryExpertTests
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
                var d = new float[ClassRows.Padded(distances.Length)];
                var slots = Enumerable.Range(0, distances.Length).ToArray();
                distances.CopyTo(d, 0);
                var greatest = Nearest<Lanes16>.Keep(d, slots, distances.Length, k, limit);
                var kept = distances.Select((distance, slot) => (distance, slot)).Order().Take(k)
                    .OrderBy(s => s.slot).ToList();
                Assert.Equal(kept, d.Zip(slots).Take(kept.Count));
                Assert.Equal(distances.Length <= k ? limit : kept.Max(s => s.distance), greatest);
            }, iter: 5000);

    private static void AssertAgrees(string text, EncodedStream stream)
    {
        var spec = new ExpertSpec("it", ExpertRole.Shared, text);
        var options = (MemoryOptions)ExpertKinds.Options(spec, [])!;
        PlainExpert.AssertAgree(spec, 0, _ => new PlainMemory(options), stream, 1e-5);
    }
}
