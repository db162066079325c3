using CsCheck;
using MoE.Actors.Gate;
using MoE.Actors.Storage;
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
        queue.Add(5, Batches.Accepted(8, 8));
        var first = queue.Next(more: false)!;
        queue.Add(6, Batches.Accepted(16, 8));
        queue.Add(7, Batches.Accepted(24, 8));
        Assert.Null(queue.Next(more: false));
        Assert.Equal((4, 24), (queue.Durable, queue.Rows));
        queue.Written(first);
        Assert.Equal((5, 16), (queue.Durable, queue.Rows));
        var second = Assert.IsType<BatchesAccepted>(queue.Next(more: false));
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
        Assert.NotNull(queue.Next(more: false));
    }

    [Fact]
    public void Much_is_written_though_more_is_on_its_way()
    {
        var queue = new JournalQueue();
        queue.Add(1, Batches.Accepted(20_000, 20_000));
        Assert.NotNull(queue.Next(more: true));
    }

    [Fact]
    public void Batches_and_changes_are_written_once_and_in_order_whatever_the_pace_of_the_disk() =>
        Gen.Int[0, 2].List[0, 60].Sample(steps =>
        {
            var (queue, written, added) = (new JournalQueue(), new List<long>(), new List<long>());
            var (batches, underway) = (0L, (IGateEvent?)null);
            foreach (var step in steps.Concat(Enumerable.Repeat(2, steps.Count + 4)))
            {
                if (step == 0)
                {
                    queue.Add(++batches, Batches.Accepted(batches, 1));
                    added.Add(batches);
                }
                else if (step == 1)
                {
                    queue.Add(new RosterChanged(new RosterChange(batches + 1, RosterAction.Frozen, Member, "x")));
                    added.Add(-(batches + 1));
                }
                else if (underway is not null)
                {
                    queue.Written(underway);
                    written.AddRange(Numbers(underway));
                    underway = null;
                }
                underway ??= queue.Next(more: false);
                Assert.Equal(batches - written.Count(number => number > 0), queue.Rows);
            }
            Assert.True(queue.IsEmpty);
            Assert.Equal(added, written);
        });

    private static IEnumerable<long> Numbers(IGateEvent e) => e switch
    {
        BatchesAccepted accepted => Enumerable.Range((int)accepted.First, accepted.Batches.Count).Select(n => (long)n),
        RosterChanged(var change) => [-change.From],
        _ => [],
    };
}
