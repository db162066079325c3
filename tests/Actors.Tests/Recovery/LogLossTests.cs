using CsCheck;
using MoE.Actors.Gate;
using MoE.Actors.Gate.Recovery;
using MoE.Actors.Storage.Marks;
using Xunit;

namespace MoE.Actors.Tests.Recovery;

public sealed class LogLossTests
{
    private const int Samples = 2000;

    private static readonly Acknowledged Nothing = new(0, 0, 0, 0, -1, "", 0);

    [Fact]
    public void A_log_that_reaches_to_its_mark_lost_nothing_and_every_shorter_one_did() =>
        Gen.Select(Logs.Any, Gen.Int[0, 200], Gen.Int[0, 200]).Sample((log, marked, kept) =>
        {
            (marked, kept) = (1 + (marked % log.Count), kept % (log.Count + 1));
            var loss = LogLoss.Of(new LogEvidence { Last = MarkOf(log, marked) }, Replay(log.Take(kept)));
            Assert.Equal((kept < marked, kept == 0), (loss is not null, loss is { IsRefused: true }));
        }, iter: Samples);

    [Fact]
    public void A_mark_is_the_same_whether_it_was_written_on_the_way_or_of_the_log_that_was_read() =>
        Logs.Any.Sample(log =>
        {
            var (replay, onTheWay) = (Replay(log), MarkOf(log, log.Count));
            var batch = replay.BatchOf(replay.State.Accepted);
            var read = LogMark.Of(replay.State, batch, replay.LastSequence);
            Assert.Equal(batch is null ? onTheWay with { Checksum = 0, Source = -1, Name = "", Offset = 0 } : onTheWay, read);
        }, iter: Samples);

    [Fact]
    public void Other_rows_under_the_same_numbers_are_told_from_those_that_were_acknowledged() =>
        Logs.Any.Where(log => Replay(log) is var replay && replay.BatchOf(replay.State.Accepted) is { Rows.Rows: > 0 })
            .Sample(log =>
            {
                var replay = Replay(log);
                var batch = replay.BatchOf(replay.State.Accepted)!;
                var other = batch with { Rows = batch.Rows with { Values = [.. batch.Rows.Values.Select(v => v + 1)] } };
                var mark = MarkOf(log, log.Count) with { Checksum = LogMark.ChecksumOf(replay.State.Accepted, other) };
                var loss = LogLoss.Of(new LogEvidence { Last = mark, File = "m.acknowledged" }, replay);
                Assert.True(loss is { IsRefused: true });
                Assert.EndsWith("or delete m.acknowledged to continue with this log.", loss.Text, StringComparison.Ordinal);
            }, iter: 200);

    [Fact]
    public void What_is_lost_is_named_with_its_rows_and_what_to_do()
    {
        var log = LogOf(batches: 5);
        var loss = LogLoss.Of(new LogEvidence { Last = MarkOf(log, log.Count) }, Replay(log.SkipLast(3)));
        Assert.Equal(new LogLoss("12 acknowledged rows are lost: rows 9 to 20 of rows. The log ends after batch 2; batch 5 "
            + "was stored. Files and generators supply these rows again; rows of standard input must be sent again, with "
            + "--offset 8.",
            IsRefused: false), loss);
    }

    [Fact]
    public void A_lost_event_without_rows_is_named_too()
    {
        var log = LogOf(batches: 2);
        log.Add(new EpochStarted(2));
        Assert.Equal(new LogLoss("The log ends with event 5, but event 6 was stored: no row is lost, but a change of the "
            + "pool may be; see 'moe experts list'.", IsRefused: false),
            LogLoss.Of(new LogEvidence { Last = MarkOf(log, log.Count) }, Replay(log.SkipLast(1))));
    }

    [Fact]
    public void An_empty_log_is_that_of_a_new_model_only_where_nothing_says_otherwise()
    {
        var empty = new GateReplay();
        Assert.Null(LogLoss.Of(LogEvidence.None, empty));
        Assert.Null(LogLoss.Of(new LogEvidence { Problem = "it is missing." }, empty));
        var log = LogOf(batches: 2);
        Assert.Equal("The log is empty, but a model with 8 acknowledged rows was stored here: restore the data from a "
            + "backup, or start with another data directory (or moe.model).",
            LogLoss.Of(new LogEvidence { Last = MarkOf(log, log.Count) }, empty)!.Text);
        var images = LogLoss.Of(new LogEvidence { HasImages = () => true }, empty)!;
        Assert.True(images.IsRefused);
        Assert.StartsWith("The log is empty, but images of a model are stored here: if an import was interrupted",
            images.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_says_itself_what_is_damaged_is_not_blamed_twice()
    {
        var log = LogOf(batches: 3);
        var damaged = Replay(log.SkipLast(1));
        damaged.Apply(new UnreadableEvent("x"), log.Count);
        Assert.Null(LogLoss.Of(new LogEvidence { Last = MarkOf(log, log.Count) }, damaged));
    }

    private static List<IGateEvent> LogOf(int batches) =>
    [
        new ModelCreated(ModelCreated.CurrentFormat, new SeededRows(0).Schema, Models.Options), new EpochStarted(1),
        new SourceOpened(0, Logs.Source),
        .. Enumerable.Range(1, batches).Select(i => new BatchesAccepted(i, [Batches.Accepted(4 * i, 4)])),
    ];

    private static Acknowledged MarkOf(List<IGateEvent> log, int events)
    {
        var (mark, state) = (Nothing, GateState.Empty);
        for (var i = 0; i < events; i++)
        {
            state = state.Apply(log[i]);
            mark = mark.With(log[i], state, i + 1);
        }
        return mark;
    }

    private static GateReplay Replay(IEnumerable<IGateEvent> log)
    {
        var replay = new GateReplay();
        foreach (var (i, e) in log.Index())
            replay.Apply(e, i + 1);
        return replay;
    }
}
