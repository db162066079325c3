using CsCheck;
using MoE.Actors.Devices;
using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests.Gate;

public sealed class GateStateTests
{
    private static readonly Schema Schema = new SeededRows(0).Schema;

    [Fact]
    public void A_new_model_is_created_and_a_stored_one_begins_an_epoch()
    {
        var created = GateState.Empty.Decide(new OpenModel(Schema, Models.Options));
        Assert.Equal([new ModelCreated(ModelCreated.CurrentFormat, Schema, Models.Options), new EpochStarted(1)], created.Events);
        Assert.Equal([new EpochStarted(2)], Opened().Decide(new OpenModel(Schema, Models.Options)).Events);
    }

    [Fact]
    public void Another_schema_is_refused_with_the_first_difference()
    {
        Assert.Equal(
            "The stored model predicts 'class', not 'label'; " + Remedy, Refusal(Schema with { Target = new Classes("label") }));
        Assert.Equal("The stored model has 4 features, but the source has 3; " + Remedy,
            Refusal(Schema with { Features = [.. Schema.Features.Take(3)] }));
        Assert.Equal("Feature 2 of the stored model is 'b' (numeric), but that of the source is 'b' (categorical); " + Remedy,
            Refusal(Schema with
            {
                Features = [Schema.Features[0], new Column("b", ColumnKind.Categorical), .. Schema.Features.Skip(2)],
            }));
    }

    [Theory]
    [InlineData("moe.seed is 7, but the stored model has 1; ")]
    [InlineData("moe.batch is 32, but the stored model has 16; ")]
    [InlineData("moe.router.rate is 0.5, but the stored model has 0.05; ")]
    [InlineData("moe.router.kind is dense, but the stored model has linear; ")]
    [InlineData("moe.router.capacity is 1.25, but the stored model has 0; ")]
    [InlineData("moe.pool has nothing at position 9, but the stored model has routed 'bank-6' (mlp input=z hidden=8); ")]
    public void Other_options_are_refused_with_the_key_and_both_values(string message)
    {
        var other = message.Split(' ')[0] switch
        {
            "moe.seed" => Models.Options with { Seed = 7 },
            "moe.batch" => Models.Options with { Batch = 32 },
            "moe.router.rate" => Models.Options with { Router = new RouterOptions { Rate = 0.5f } },
            "moe.router.kind" => Models.Options with { Router = new RouterOptions { Kind = RouterKind.Dense } },
            "moe.router.capacity" => Models.Options with { Router = new RouterOptions { Capacity = 1.25f } },
            _ => Models.Options with { Pool = [.. Models.Options.Pool.SkipLast(1)] },
        };
        Assert.Equal(message + Remedy, Opened().Decide(new OpenModel(Schema, other)).Refusal);
    }

    [Fact]
    public void Rows_are_numbered_once_repeats_are_nothing_overlaps_are_cut_and_gaps_are_refused()
    {
        var state = Opened();
        foreach (var offset in (long[])[4, 8])
            state = state.Decide(Offer(offset)).Events.Aggregate(state, (s, e) => s.Apply(e));
        Assert.Equal((2, 8), (state.Accepted, state.PositionIn(Logs.Source).Offset));
        Assert.Empty(state.Decide(Offer(8)).Events);
        Assert.Null(state.Decide(Offer(4)).Refusal);
        var cut = Assert.IsType<BatchesAccepted>(Assert.Single(state.Decide(Offer(10)).Events));
        Assert.Equal((2, 10, 8), (cut.Batches[0].Rows.Rows, cut.Batches[0].Learned, cut.Batches[0].Rows.FirstOffset));
        Assert.Contains("rows from row 11 on; it must continue after row 8", state.Decide(Offer(14)).Refusal,
            StringComparison.Ordinal);
        Assert.NotEmpty(state.Decide(Offer(12)).Events);
    }

    [Fact]
    public void A_source_is_opened_with_its_first_rows_and_again_when_it_has_grown()
    {
        var file = new SourceId(SourceKind.File, "a.csv", "d1", 100_000);
        var events = Opened().Decide(new AcceptBatch(file, Batches.Rows(4, 4))).Events;
        Assert.Equal(new SourceOpened(0, file), events[0]);
        var state = events.Aggregate(Opened(), (s, e) => s.Apply(e));
        Assert.Single(state.Decide(new AcceptBatch(file, Batches.Rows(8, 4))).Events);
        var grown = file with { Length = 100_001 };
        events = state.Decide(new AcceptBatch(grown, Batches.Rows(8, 4))).Events;
        Assert.Equal(new SourceOpened(0, grown), events[0]);
        state = events.Aggregate(state, (s, e) => s.Apply(e));
        Assert.Equal(new SourcePosition(grown, 8, 8), Assert.Single(state.Sources).Value);
    }

    [Fact]
    public void Batches_of_several_sources_in_one_write_count_as_one_by_one() => Logs.Any.Sample(log =>
    {
        var singly = log.SelectMany(e => e is BatchesAccepted group
            ? group.Batches.Select((batch, i) => new BatchesAccepted(group.First + i, [batch]))
            : (IEnumerable<IGateEvent>)[e]);
        var (together, apart) = (Fold(log), Fold(singly));
        Assert.Equal(together.Accepted, apart.Accepted);
        Assert.Equal(together.Sources, apart.Sources);
    });

    [Fact]
    public void A_checkpoint_of_a_batch_before_the_last_takes_nothing_back() => Logs.Any.Sample(log =>
    {
        var (with, without) = (Fold(log), Fold(log.Where(e => e is not (CheckpointCompleted or CheckpointDiscarded))));
        Assert.Equal((without.Model, without.Epoch, without.Accepted), (with.Model, with.Epoch, with.Accepted));
        Assert.Equal(without.Sources, with.Sources);
        var present = with.Roster.Members.Select(member => member.Origin).ToHashSet();
        Assert.Equal(without.Dropped.Where(e => present.Contains(e.Key)), with.Dropped.Where(e => present.Contains(e.Key)));
        Assert.Equal(without.Roster.Members, with.Roster.Members);
        Assert.Equal(without.Placement, with.Placement);
    });

    [Fact]
    public void A_damaged_checkpoint_gives_way_to_the_one_before()
    {
        var state = Opened().Apply(new BatchesAccepted(1, [Batches.Accepted(4, 4), Batches.Accepted(8, 4)]));
        foreach (var number in (long[])[1, 2])
            state = state.Apply(Assert.Single(state.Decide(Complete(number)).Events));
        Assert.Empty(state.Decide(new DiscardCheckpoint(1, "?")).Events);
        state = state.Apply(Assert.Single(state.Decide(new DiscardCheckpoint(2, "?")).Events));
        Assert.Equal((1, null, 2), (state.Checkpoint?.Number, state.Previous?.Number, state.Accepted));
    }

    /// <summary>An expert that came back from an older image than its newest, and did not change, stays with it.</summary>
    [Theory]
    [InlineData(10, 20, 9)]
    [InlineData(20, 10, 9)]
    [InlineData(20, 20, 19)]
    [InlineData(0, 20, 0)]
    [InlineData(20, 0, 0)]
    public void An_image_that_a_kept_checkpoint_needs_is_not_dispensable(long before, long newest, long dispensable)
    {
        var state = Opened().Apply(new BatchesAccepted(1, [Batches.Accepted(4, 4), Batches.Accepted(8, 4)]));
        foreach (var (number, image) in (ReadOnlySpan<(long, long)>)[(1, before), (2, newest)])
            state = state.Apply(Assert.Single(state.Decide(Complete(number) with
            {
                Images = [.. state.Roster.Members.Select(member => new ExpertImage(member.Origin, image))],
            }).Events));
        Assert.Equal(dispensable, state.DispensableImageOf(0, state.Previous!));
    }

    [Fact]
    public void An_expert_is_dropped_once_and_only_one_that_there_is()
    {
        var state = Opened();
        var dropped = Assert.Single(state.Decide(new DropExpert("hat", 5, "x")).Events);
        Assert.Equal(new ExpertDropped(new DroppedExpert("hat", 5, "x")), dropped);
        Assert.Equal("There is no expert 'tree'.", state.Decide(new DropExpert("tree", 5, "x")).Refusal);
        Assert.Empty(state.Apply(dropped).Decide(new DropExpert("hat", 9, "y")).Events);
    }

    [Fact]
    public void Where_experts_are_computed_is_the_cpu_until_something_else_is_chosen_and_a_checkpoint_knows_it()
    {
        var state = Opened().Apply(new BatchesAccepted(1, [Batches.Accepted(4, 4), Batches.Accepted(8, 4)]));
        Assert.Equal(Placement.Cpu, state.Placement);
        Assert.Empty(state.Decide(new ChooseDevice(Placement.Cpu, 1)).Events);
        var chosen = Assert.Single(state.Decide(new ChooseDevice(new("cuda:0", "card", ["mlp *"]), 2)).Events);
        state = state.Apply(chosen);
        Assert.Empty(state.Decide(new ChooseDevice(new("cuda:0", "card", ["mlp *"]), 3)).Events);
        var checkpoint = (CheckpointCompleted)Assert.Single(state.Decide(Complete(2)).Events);
        Assert.Equal(chosen, checkpoint.Device);
        Assert.Equal([chosen], Fold([checkpoint]).Devices);
    }

    [Fact]
    public void A_checkpoint_never_runs_ahead_of_the_log_nor_back()
    {
        var state = Opened().Apply(new BatchesAccepted(1, [Batches.Accepted(4, 4), Batches.Accepted(8, 4)]));
        Assert.NotNull(state.Decide(Complete(3)).Refusal);
        state = state.Apply(Assert.Single(state.Decide(Complete(2)).Events));
        Assert.Equal(2, state.Checkpoint?.Number);
        Assert.Empty(state.Decide(Complete(2)).Events);
    }

    private const string Remedy = "give the same as before, or another data directory (or moe.model).";

    private static CompleteCheckpoint Complete(long number) => new(number, 1, [], Roster.Of(Models.Options), []);

    private static AcceptBatch Offer(long nextOffset) => new(Logs.Source, Batches.Rows(nextOffset, 4));

    private static string? Refusal(Schema schema) => Opened().Decide(new OpenModel(schema, Models.Options)).Refusal;

    private static GateState Opened() => Fold(GateState.Empty.Decide(new OpenModel(Schema, Models.Options)).Events);

    private static GateState Fold(IEnumerable<IGateEvent> events) =>
        events.Aggregate(GateState.Empty, (s, e) => s.Apply(e));
}
