using CsCheck;
using MoE.Actors.Gate;
using MoE.Compute;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Storage;

public sealed class JournalQueueTests
{
    private static readonly Member Member = Roster.Of(new MixtureOptions())[0];

    [Fact]
    public void What_gathers_while_a_write_is_under_way_goes_as_one_event()
    {
        var queue = new JournalQueue();
        queue.StartAfter(4);
        queue.Add(Batch(5, Batches.Accepted(8, 8)));
        var first = Assert.Single(queue.Next(more: false));
        queue.Add(Batch(6, Batches.Accepted(16, 8)));
        queue.Add(Batch(7, Batches.Accepted(24, 8)));
        Assert.Empty(queue.Next(more: false));
        Assert.Equal((4, 24), (queue.Durable, queue.Rows));
        queue.Written(first);
        Assert.Equal((5, 16), (queue.Durable, queue.Rows));
        var second = Assert.IsType<BatchesAccepted>(Assert.Single(queue.Next(more: false)));
        Assert.Equal((6, 7), (second.First, second.Last));
        queue.Written(second);
        Assert.Equal((7, 0, true), (queue.Durable, queue.Rows, queue.IsEmpty));
    }

    [Fact]
    public void Changes_go_in_one_write_with_the_batches_around_them()
    {
        var queue = new JournalQueue();
        queue.Add(Batch(1, Batches.Accepted(8, 8)));
        queue.Add(Change(2));
        queue.Add(Change(2));
        queue.Add(Batch(2, Batches.Accepted(16, 8)));
        Assert.Empty(queue.Next(more: true));
        var write = queue.Next(more: false);
        Assert.Equal([1, -2, -2, 2], write.SelectMany(Numbers));
        foreach (var e in write.SkipLast(1))
            queue.Written(e);
        Assert.Equal((1, 8, true), (queue.Durable, queue.Rows, queue.IsWriting));
        queue.Add(Batch(3, Batches.Accepted(24, 8)));
        Assert.Empty(queue.Next(more: false));
        queue.Written(write[^1]);
        Assert.Equal((2, 8, false), (queue.Durable, queue.Rows, queue.IsWriting));
        Assert.Equal([3], queue.Next(more: false).SelectMany(Numbers));
    }

    [Fact]
    public void Little_waits_for_more_only_while_more_is_on_its_way()
    {
        var queue = new JournalQueue();
        queue.Add(Batch(1, Batches.Accepted(8, 8)));
        Assert.Empty(queue.Next(more: true));
        Assert.Single(queue.Next(more: false));
    }

    [Fact]
    public void Much_is_written_though_more_is_on_its_way()
    {
        var queue = new JournalQueue();
        queue.Add(Batch(1, Batches.Accepted(20_000, 20_000)));
        Assert.Single(queue.Next(more: true));
    }

    [Fact]
    public void Batches_and_changes_are_written_once_and_in_order_whatever_the_pace_of_the_disk() =>
        Gen.Int[0, 2].List[0, 60].Sample(steps =>
        {
            var (queue, written, added) = (new JournalQueue(), new List<long>(), new List<long>());
            var (batches, underway) = (0L, new Queue<IGateEvent>());
            foreach (var step in steps.Concat(Enumerable.Repeat(2, 2 * steps.Count + 4)))
            {
                if (step == 0)
                {
                    queue.Add(Batch(++batches, Batches.Accepted(batches, 1)));
                    added.Add(batches);
                }
                else if (step == 1)
                {
                    queue.Add(Change(batches + 1));
                    added.Add(-(batches + 1));
                }
                else if (underway.TryDequeue(out var stored))
                {
                    queue.Written(stored);
                    written.AddRange(Numbers(stored));
                }
                foreach (var next in queue.Next(more: false))
                    underway.Enqueue(next);
                Assert.Equal(batches - written.Count(number => number > 0), queue.Rows);
            }
            Assert.True(queue.IsEmpty);
            Assert.Equal(added, written);
        });

    private static BatchesAccepted Batch(long number, AcceptedBatch batch) => new(number, [batch]);

    private static RosterChanged Change(long from) => new(new RosterChange(from, RosterAction.Frozen, Member, "x"));

    private static IEnumerable<long> Numbers(IGateEvent e) => e switch
    {
        BatchesAccepted accepted => Enumerable.Range((int)accepted.First, accepted.Batches.Count).Select(n => (long)n),
        RosterChanged(var change) => [-change.From],
        _ => [],
    };
}
