using CsCheck;
using MoE.Actors.Gate;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Gate;

public sealed class PipelineTests
{
    private static readonly Roster Pool = Roster.Of(new MixtureOptions
    {
        Pool =
        [
        new("a", ExpertRole.Shared, "x"), new("b", ExpertRole.Shared, "x"),
        new("r", ExpertRole.Routed, "x"), new("s", ExpertRole.Routed, "x"),
        ],
    });

    [Fact]
    public void Answers_in_any_order_leave_in_the_batches_order_and_never_more_than_the_window_is_under_way()
    {
        var plan = Gen.Select(Gen.Int[1, 5], Gen.Int[1, 20], Gen.Int[0, int.MaxValue]);
        plan.Sample((window, batches, seed) =>
        {
            var (pipeline, random) = (new Pipeline(window), new Random(seed));
            var (open, left, next) = (new List<(int Place, long Number)>(), new List<long>(), 1L);
            while (left.Count < batches)
            {
                if (next <= batches && pipeline.HasRoom && (open.Count == 0 || random.Next(2) == 0))
                    Enter(pipeline, Batch(next++, random.Next(4)), open);
                else if (open.Count > 0)
                    Answer(pipeline, open, random.Next(open.Count));
                Assert.InRange(next - 1 - left.Count, 0, window);
                while (pipeline.Ready is { } batch)
                {
                    AssertAnswers(pipeline, batch);
                    left.Add(batch.Number);
                    pipeline.Leave();
                }
            }
            Assert.Equal(Enumerable.Range(1, batches).Select(n => (long)n), left);
            Assert.True(pipeline.IsEmpty);
        });
    }

    [Fact]
    public void A_batch_beyond_the_window_is_an_error()
    {
        var pipeline = new Pipeline(1);
        pipeline.Add(Batch(1, 3));
        Assert.False(pipeline.HasRoom);
        Assert.Throws<InvalidOperationException>(() => pipeline.Add(Batch(2, 3)));
    }

    [Fact]
    public void An_expert_that_is_put_out_has_no_answers_from_that_batch_on_not_even_given_ones()
    {
        var pipeline = new Pipeline(2);
        pipeline.Add(Batch(1, 0));
        pipeline.Add(Batch(2, 0));
        foreach (var number in (long[])[1, 2])
            pipeline.Take(0, number, [1f]);
        pipeline.Take(1, 1, [2f]);
        pipeline.Hold(0, 1);
        Assert.Null(pipeline.Ready);
        pipeline.Drop(0, 1);
        Assert.Equal(1, pipeline.Ready?.Number);
        Assert.Null(pipeline.Answers[0]);
        Assert.Equal([2f], pipeline.Answers[1]!);
        pipeline.Leave();
        pipeline.Take(1, 2, [3f]);
        Assert.Null(pipeline.Answers[0]);
        Assert.Equal(2, pipeline.Ready?.Number);
    }

    [Fact]
    public void A_repeated_answer_and_one_to_a_batch_that_has_left_change_nothing()
    {
        var pipeline = new Pipeline(2);
        pipeline.Add(Batch(1, 0));
        pipeline.Take(0, 1, [1f]);
        pipeline.Take(0, 1, [2f]);
        pipeline.Take(0, 7, [3f]);
        Assert.Null(pipeline.Ready);
        pipeline.Take(1, 1, [4f]);
        Assert.NotNull(pipeline.Ready);
        Assert.Equal(1f, Assert.Single(pipeline.Answers[0]!));
        pipeline.Leave();
        pipeline.Take(0, 1, [5f]);
        Assert.True(pipeline.IsEmpty);
    }

    [Fact]
    public void A_dropped_expert_is_waited_for_before_its_last_batch_only()
    {
        var pipeline = new Pipeline(3);
        foreach (var number in (long[])[1, 2])
        {
            pipeline.Add(Batch(number, 0));
            pipeline.Take(1, number, [1f]);
        }
        pipeline.Drop(0, 2);
        Assert.Null(pipeline.Ready);
        pipeline.Take(0, 1, [1f]);
        Assert.Equal(1, pipeline.Ready?.Number);
        pipeline.Leave();
        Assert.Equal(2, pipeline.Ready?.Number);
        Assert.Null(pipeline.Answers[0]);
        Assert.False(pipeline.Asks(Batch(3, 0), 0));
        Assert.True(pipeline.Asks(Batch(1, 0), 0));
    }

    [Fact]
    public void A_batch_without_rows_asks_nobody()
    {
        var pipeline = new Pipeline(1);
        pipeline.Add(Batch(1, 3, rows: 0));
        Assert.Equal(1, pipeline.Ready?.Number);
    }

    private static void Enter(Pipeline pipeline, RoutedBatch batch, List<(int, long)> open)
    {
        pipeline.Add(batch);
        for (var place = 0; place < Pool.Count; place++)
            if (pipeline.Asks(batch, place))
                open.Add((place, batch.Number));
    }

    private static void Answer(Pipeline pipeline, List<(int Place, long Number)> open, int which)
    {
        var (place, number) = open[which];
        open.RemoveAt(which);
        pipeline.Take(place, number, [place, number]);
    }

    private static void AssertAnswers(Pipeline pipeline, RoutedBatch batch)
    {
        for (var place = 0; place < Pool.Count; place++)
            Assert.Equal(pipeline.Asks(batch, place) ? new float[] { place, batch.Number } : null, pipeline.Answers[place]);
    }

    /// <summary>A batch of one row; bit 0 and 1 of <paramref name="routed"/> say which routed experts have it.</summary>
    private static RoutedBatch Batch(long number, int routed, int rows = 1) => Batches.Empty(
        number, rows, Pool, [(routed & 1) != 0 ? [0] : null, (routed & 2) != 0 ? [0] : null]);
}
