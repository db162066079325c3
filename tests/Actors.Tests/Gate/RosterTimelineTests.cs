using CsCheck;
using MoE.Actors.Gate;
using MoE.Actors.Gate.Recovery;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Gate;

public sealed class RosterTimelineTests
{
    private static readonly Roster Pool = Roster.Of(Models.Options);

    private readonly RosterTimeline _timeline = new();

    [Fact]
    public void The_barrier_is_the_last_event_before_a_change_of_a_batch_that_is_not_encoded()
    {
        Assert.Equal(9, _timeline.Barrier(0, 9));
        _timeline.Written(3, 10);
        _timeline.Written(3, 11);
        _timeline.Written(5, 14);
        Assert.Equal(9, _timeline.Barrier(2, 20));
        Assert.Equal(13, _timeline.Barrier(3, 20));
        Assert.Equal(20, _timeline.Barrier(5, 20));
    }

    [Fact]
    public void A_barrier_never_goes_back_nor_beyond_a_change_that_is_still_to_come() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3]).Array[0, 30].Sample(steps =>
        {
            var (timeline, changes) = (new RosterTimeline(), new List<(long From, long Sequence)>());
            var (from, sequence, encoded, before) = (1L, 0L, 0L, 0L);
            foreach (var (ahead, more) in steps)
            {
                from = Math.Max(from, encoded + 1) + ahead;
                changes.Add((from, ++sequence));
                timeline.Written(from, sequence);
                sequence += more;
                encoded += more;
                var barrier = timeline.Barrier(encoded, sequence);
                Assert.DoesNotContain(changes, change => change.From > encoded && change.Sequence <= barrier);
                Assert.InRange(barrier, before, sequence);
                before = barrier;
            }
        });

    [Fact]
    public void Changes_of_the_log_are_made_again_before_their_batches_and_no_other()
    {
        var changes = Changes(2, 2, 4);
        _timeline.Begin(new RecoveryPoint(null, [], changes), Pool);
        Assert.Null(_timeline.TakeRecorded(1));
        Assert.Equal(changes[0], _timeline.TakeRecorded(2));
        Assert.Equal(changes[1], _timeline.TakeRecorded(2));
        Assert.Null(_timeline.TakeRecorded(2));
        Assert.Null(_timeline.TakeRecorded(3));
        Assert.Equal(changes[2], _timeline.TakeRecorded(4));
    }

    [Fact]
    public void A_command_whose_change_the_log_has_after_its_last_batch_is_not_carried_out_again()
    {
        var seed = Models.Options.Seed;
        RosterCommand[] asked = [new FreezeExpert("hat"), new AddExpert { CloneOf = "fern" }];
        List<RosterChange> ahead = [];
        var roster = Pool;
        foreach (var command in asked)
        {
            ahead.Add(roster.Decide(command, 8, seed).Change!);
            roster = roster.With(ahead[^1]);
        }
        _timeline.Encoded = Pool;
        _timeline.EndReplay(ahead);
        Assert.False(_timeline.WasDone(new FreezeExpert("fern"), 8, seed));
        Assert.False(_timeline.WasDone(asked[0], 9, seed));
        Assert.True(_timeline.WasDone(asked[0], 8, seed));
        Assert.False(_timeline.WasDone(asked[0], 8, seed));
        Assert.True(_timeline.WasDone(asked[1], 8, seed));
        Assert.False(_timeline.WasDone(asked[1], 8, seed));
    }

    [Fact]
    public void A_change_is_announced_once_with_the_first_batch_that_has_it()
    {
        foreach (var change in Changes(2, 5))
            _timeline.Made(change);
        Assert.Empty(_timeline.Announce(1));
        Assert.Equal([2], _timeline.Announce(3).Select(change => change.From));
        Assert.Empty(_timeline.Announce(4));
        Assert.Equal([5], _timeline.Announce(5).Select(change => change.From));
    }

    private static List<RosterChange> Changes(params long[] from) =>
        [.. from.Select((batch, i) => new RosterChange(batch, RosterAction.Frozen, Pool[i], "as asked"))];
}
