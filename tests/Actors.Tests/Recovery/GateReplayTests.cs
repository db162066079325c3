using CsCheck;
using MoE.Actors.Gate;
using MoE.Actors.Gate.Recovery;
using Xunit;

namespace MoE.Actors.Tests.Recovery;

public sealed class GateReplayTests
{
    private const int Samples = 2000;

    [Fact]
    public void A_log_that_is_cut_before_the_checkpoint_before_the_last_folds_to_the_same_state_and_points() =>
        Logs.Any.Sample(log =>
        {
            var whole = Replay(log);
            if (whole.State.Previous is not { } previous)
                return;
            var cut = Replay(log, from: (int)previous.Barrier);
            Assert.Equal(
                whole.Points().Take(2).Select(p => (p.Number, p.Tail.Count)),
                cut.Points().Take(2).Select(p => (p.Number, p.Tail.Count)));
            Assert.Equal(whole.State.Sources, cut.State.Sources);
            Assert.Equal(whole.State.Dropped.Values, cut.State.Dropped.Values);
            Assert.Equal(whole.State.Placement, cut.State.Placement);
            Assert.Equal((whole.State.Model, whole.State.Epoch, whole.State.Accepted, whole.State.Checkpoint),
                (cut.State.Model, cut.State.Epoch, cut.State.Accepted, cut.State.Checkpoint));
        }, iter: Samples);

    [Fact]
    public void Every_point_has_all_the_batches_behind_it() => Logs.Any.Sample(log =>
    {
        var replay = Replay(log);
        var accepted = log.OfType<BatchesAccepted>().SelectMany(e => e.Batches).ToList();
        Assert.NotEmpty(replay.Points());
        Assert.All(replay.Points(), point => Assert.Equal(accepted.Skip((int)point.Number), point.Tail));
    }, iter: Samples);

    [Fact]
    public void Damage_or_a_gap_leaves_exactly_the_points_that_stand_behind_it() =>
        Gen.Select(Logs.Any, Gen.Int[0, 200], Gen.Bool).Sample((log, at, isGap) =>
        {
            at %= log.Count;
            var (whole, damaged) = (Replay(log).Points().ToList(), new GateReplay());
            for (var i = 0; i < log.Count; i++)
                if (i != at)
                    damaged.Apply(log[i], i + 1);
                else if (!isGap)
                    damaged.Apply(new UnreadableEvent("test"), i + 1);
            var isLast = isGap && at == log.Count - 1;       // what is missing at the end, nobody can know
            if (isLast)
                return;
            Assert.NotEmpty(damaged.Damages.Concat(at == 0 && isGap ? ["a log may begin anywhere"] : []));
            Assert.All(damaged.Points(), p => Assert.True(p.Checkpoint?.Barrier > at));
            if (log[at] is not CheckpointCompleted)
                Assert.Equal(
                    whole.Where(p => p.Checkpoint?.Barrier > at).Select(p => p.Number),
                    damaged.Points().Select(p => p.Number));
        }, iter: Samples);

    [Fact]
    public void A_damaged_event_is_named_with_its_number()
    {
        var replay = new GateReplay();
        replay.Apply(new EpochStarted(1), 7);
        replay.Apply(new UnreadableEvent("its checksum is wrong"), 8);
        replay.Apply(new EpochStarted(2), 11);
        Assert.Equal(
            ["Event 8 of the log is damaged: its checksum is wrong.", "Events 9 to 10 of the log are missing."],
            replay.Damages);
        Assert.Empty(replay.Points());
    }

    private static GateReplay Replay(List<IGateEvent> log, int from = 0)
    {
        var replay = new GateReplay();
        for (var i = from; i < log.Count; i++)
            replay.Apply(log[i], i + 1);
        return replay;
    }
}
