using MoE.Actors.Gate;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests.Gate;

public sealed class CheckpointKeeperTests
{
    private static readonly Roster Pool = Roster.Of(Models.Options);

    private readonly CheckpointKeeper _keeper = new();

    [Fact]
    public void One_counts_once_every_image_and_the_batches_before_it_are_stored()
    {
        Begin(8);
        foreach (var member in Pool.Members)
        {
            Assert.True(_keeper.Awaits(member.Key));
            Assert.Null(_keeper.Complete(100));
            _keeper.Saved(member.Key, 8, 8);
        }
        Assert.Null(_keeper.Complete(100));
        _keeper.GateSaved(7);
        Assert.Null(_keeper.Complete(100));
        _keeper.GateSaved(8);
        Assert.Null(_keeper.Complete(7));
        Assert.Equal(8, _keeper.Complete(8)?.Number);
        Assert.Null(_keeper.Complete(8));
        _keeper.Completed();
        Assert.Null(_keeper.Round);
    }

    [Fact]
    public void Failures_are_counted_until_one_is_complete_and_the_first_reason_stays()
    {
        Begin(3);
        Assert.False(_keeper.Fail(2, "of an older one"));
        Assert.True(_keeper.Fail(3, "disk"));
        Begin(4);
        Assert.True(_keeper.Fail(4, "rest"));
        Assert.Equal((2, "disk"), (_keeper.Failures, _keeper.FirstFailure));
        _keeper.Completed();
        Assert.Equal((0, null), (_keeper.Failures, _keeper.FirstFailure));
    }

    [Fact]
    public void One_whose_event_is_on_its_way_is_not_given_up_and_any_other_is()
    {
        Begin(3);
        _keeper.Abandon();
        Assert.Equal((null, true), (_keeper.Round, _keeper.IsOwed));
        Begin(4);
        foreach (var member in Pool.Members)
            _keeper.Saved(member.Key, 4, 4);
        _keeper.GateSaved(4);
        Assert.NotNull(_keeper.Complete(4));
        _keeper.Abandon();
        Assert.Equal(4, _keeper.Round?.Number);
    }

    [Fact]
    public void One_deletion_runs_at_a_time_and_the_latest_that_waits_comes_next()
    {
        var state = Checkpoints(4, 8, 12);
        Assert.True(_keeper.BeginDeleting(state.Previous!));
        var images = _keeper.Dispensable(state, state.Previous!, Pool.Members, 12);
        Assert.Equal(1 + Pool.Count, images.Count);
        Assert.False(_keeper.BeginDeleting(state.Previous!));
        Assert.False(_keeper.BeginDeleting(state.Checkpoint!));
        for (var i = 0; i < images.Count; i++)
            Assert.Null(_keeper.Deleted());
        Assert.Same(state.Checkpoint, _keeper.Deleted());
        Assert.False(_keeper.IsDeleting);
    }

    [Fact]
    public void What_was_deleted_is_not_deleted_again_unless_that_failed()
    {
        var state = Checkpoints(4, 8, 12);
        Assert.Equal(
            Pool.Members.Select(member => new DispensableImages(member.Origin, 7)),
            Deletions(state).Where(images => images.Origin is not null));
        Assert.DoesNotContain(Deletions(state), images => images.Origin is not null);
        _keeper.DeletionFailed();
        Assert.Equal(Pool.Count, Deletions(state).Count(images => images.Origin is not null));
    }

    [Fact]
    public void Images_of_an_expert_that_left_go_once_no_kept_checkpoint_has_it()
    {
        var state = Checkpoints(4, 8);
        _keeper.Left(99, "gone-99");
        _keeper.Left(0, "hat");
        Assert.Contains(new DispensableImages("gone-99", 12), Deletions(state));
        Assert.DoesNotContain(Deletions(state), images => images.Origin == "hat" && images.UpTo == 12);
    }

    private IReadOnlyList<DispensableImages> Deletions(GateState state) =>
        _keeper.Dispensable(state, state.Previous!, Pool.Members, 12);

    private void Begin(long number) => _keeper.Begin(new CheckpointRound(number, number, [], [], Pool));

    private static GateState Checkpoints(params long[] numbers)
    {
        var created = new ModelCreated(ModelCreated.CurrentFormat, new SeededRows(0).Schema, Models.Options);
        var state = GateState.Empty.Apply(created)
            .Apply(new BatchesAccepted(1, [.. Enumerable.Range(1, 12).Select(i => Batches.Accepted(4 * i, 4))]));
        foreach (var number in numbers)
            state = state.Decide(new CompleteCheckpoint(
                number, number, [], Pool, [.. Pool.Members.Select(member => new ExpertImage(member.Origin, number))]))
                .Events.Aggregate(state, (before, e) => before.Apply(e));
        return state;
    }
}
