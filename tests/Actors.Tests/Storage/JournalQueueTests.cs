using CsCheck;
using MoE.Actors.Storage;
using Xunit;

namespace MoE.Actors.Tests.Storage;

public sealed class JournalQueueTests
{
    [Fact]
    public void What_gathers_while_a_write_is_under_way_goes_as_one_event()
    {
        var queue = new JournalQueue();
        queue.StartAfter(4);
        queue.Add(5, Batches.Accepted(8, 8));
        var first = queue.Next(more: false)!;
        queue.Add(6, Batches.Accepted(16, 8));
        queue.Add(7, Batches.Accepted(24, 8));
        Assert.Null(queue.Next(more: false));
        Assert.Equal((4, 24), (queue.Durable, queue.Rows));
        queue.Written(first);
        Assert.Equal((5, 16), (queue.Durable, queue.Rows));
        var second = queue.Next(more: false)!;
        Assert.Equal((6, 7), (second.First, second.Last));
        queue.Written(second);
        Assert.Equal((7, 0, true), (queue.Durable, queue.Rows, queue.IsEmpty));
    }

    [Fact]
    public void Little_waits_for_more_only_while_more_is_on_its_way()
    {
        var queue = new JournalQueue();
        queue.Add(1, Batches.Accepted(8, 8));
        Assert.Null(queue.Next(more: true));
        Assert.Equal(1, queue.Next(more: false)!.Last);
    }

    [Fact]
    public void Much_is_written_though_more_is_on_its_way()
    {
        var queue = new JournalQueue();
        queue.Add(1, Batches.Accepted(20_000, 20_000));
        Assert.Equal(1, queue.Next(more: true)!.Last);
    }

    [Fact]
    public void Every_batch_is_written_once_and_in_order_whatever_the_pace_of_the_disk() =>
        Gen.Bool.List[0, 60].Sample(steps =>
        {
            var (queue, written, added) = (new JournalQueue(), new List<long>(), 0L);
            MoE.Actors.Gate.BatchesAccepted? underway = null;
            foreach (var adds in steps.Concat(Enumerable.Repeat(false, 4)))
            {
                if (adds)
                    queue.Add(++added, Batches.Accepted(added, 1));
                else if (underway is not null)
                {
                    queue.Written(underway);
                    for (var i = 0; i < underway.Batches.Count; i++)
                        written.Add(underway.First + i);
                    underway = null;
                }
                underway ??= queue.Next(more: false);
                Assert.Equal(added - written.Count, queue.Rows);
            }
            Assert.True(queue.IsEmpty);
            Assert.Equal(Enumerable.Range(1, (int)added).Select(n => (long)n), written);
        });
}
