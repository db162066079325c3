using CsCheck;
using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using Xunit;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests.Gate;

public sealed class GateStateTests
{
    private const string Source = "a.csv";

    private static readonly Schema Schema = new SeededRows(0).Schema;

    [Fact]
    public void A_new_model_is_created_and_a_stored_one_begins_an_epoch()
    {
        var created = GateState.Empty.Decide(new OpenModel(Source, Schema, Models.Options));
        Assert.Equal([new ModelCreated(1, Source, Schema, Models.Options), new EpochStarted(1)], created.Events);
        Assert.Equal([new EpochStarted(2)], Opened().Decide(new OpenModel(Source, Schema, Models.Options)).Events);
    }

    [Fact]
    public void Another_schema_is_refused_with_the_first_difference()
    {
        Assert.Equal("The stored model predicts 'class', not 'label'; " + Remedy, Refusal(Schema with { Target = "label" }));
        Assert.Equal("The stored model has 4 features, and the source 3; " + Remedy,
            Refusal(Schema with { Features = [.. Schema.Features.Take(3)] }));
        Assert.Equal("Feature 2 of the stored model is 'b' (numeric), and the source's 'b' (categorical); " + Remedy,
            Refusal(Schema with { Features = [Schema.Features[0], new Column("b", ColumnKind.Categorical), .. Schema.Features.Skip(2)] }));
    }

    [Theory]
    [InlineData("moe.seed is 7, and the stored model has 1; ")]
    [InlineData("moe.batch is 32, and the stored model has 16; ")]
    [InlineData("moe.router.rate is 0.5, and the stored model has 0.05; ")]
    [InlineData("moe.pool has nothing at place 9, and the stored model routed 'bank-6' (mlp input=z hidden=8); ")]
    public void Other_options_are_refused_with_the_key_and_both_values(string message)
    {
        var other = message.Split(' ')[0] switch
        {
            "moe.seed" => Models.Options with { Seed = 7 },
            "moe.batch" => Models.Options with { Batch = 32 },
            "moe.router.rate" => Models.Options with { Router = new RouterOptions { Rate = 0.5f } },
            _ => Models.Options with { Pool = [.. Models.Options.Pool.SkipLast(1)] },
        };
        Assert.Equal(message + Remedy, Opened().Decide(new OpenModel(Source, Schema, other)).Refusal);
    }

    [Fact]
    public void Another_source_is_refused_by_name() => Assert.Equal(
        "The stored model learns 'a.csv', not 'b.csv'; " + Remedy,
        Opened().Decide(new OpenModel("b.csv", Schema, Models.Options)).Refusal);

    [Fact]
    public void Rows_are_numbered_once_repeats_are_nothing_and_overlaps_and_gaps_are_refused()
    {
        var state = Opened();
        foreach (var offset in (long[])[4, 8])
            state = state.Apply(Assert.Single(state.Decide(new AcceptBatch(Batches.Rows(offset, 4))).Events));
        Assert.Equal((2, 8), (state.Accepted, state.Offset));
        Assert.Empty(state.Decide(new AcceptBatch(Batches.Rows(8, 4))).Events);
        Assert.Null(state.Decide(new AcceptBatch(Batches.Rows(4, 4))).Refusal);
        Assert.Contains("it must go on behind row 8", state.Decide(new AcceptBatch(Batches.Rows(10, 4))).Refusal, StringComparison.Ordinal);
        Assert.Contains("rows from row 11 on", state.Decide(new AcceptBatch(Batches.Rows(14, 4))).Refusal, StringComparison.Ordinal);
        Assert.NotEmpty(state.Decide(new AcceptBatch(Batches.Rows(12, 4))).Events);
    }

    [Fact]
    public void An_expert_is_frozen_once_and_only_one_that_there_is()
    {
        var state = Opened();
        var frozen = Assert.Single(state.Decide(new FreezeExpert("hat", 5, "x")).Events);
        Assert.Equal(new ExpertFrozen("hat", 5, "x"), frozen);
        Assert.Equal("There is no expert 'tree'.", state.Decide(new FreezeExpert("tree", 5, "x")).Refusal);
        Assert.Empty(state.Apply(frozen).Decide(new FreezeExpert("hat", 9, "y")).Events);
    }

    [Fact]
    public void A_checkpoint_never_runs_ahead_of_the_log_nor_back()
    {
        var state = Opened().Apply(new BatchesAccepted(1, [Batches.Rows(4, 4), Batches.Rows(8, 4)]));
        Assert.NotNull(state.Decide(Complete(3)).Refusal);
        state = state.Apply(Assert.Single(state.Decide(Complete(2)).Events));
        Assert.Equal(2, state.Checkpoint?.Number);
        Assert.Empty(state.Decide(Complete(2)).Events);
    }

    [Fact]
    public void A_log_that_is_cut_before_the_checkpoint_before_the_last_folds_to_the_same_state_and_tail()
    {
        Logs.Any.Sample(log =>
        {
            var whole = new GateReplay();
            foreach (var e in log)
                whole.Apply(e);
            if (whole.State.Previous is not { } previous)
                return;
            var cut = new GateReplay();
            foreach (var e in log.Skip((int)previous.Barrier))
                cut.Apply(e);
            Assert.Equal(whole.Tail, cut.Tail);
            Assert.Equal(whole.State with { Previous = null, Frozen = cut.State.Frozen }, cut.State with { Previous = null });
            Assert.Equal(whole.State.Frozen.Values, cut.State.Frozen.Values);
            Assert.All(whole.Tail, rows => Assert.True(rows.NextOffset > whole.State.Checkpoint!.Offset));
        });
    }

    private const string Remedy = "give the same as then, or another data directory.";

    private static CompleteCheckpoint Complete(long number) => new(number, 4 * number, 1, []);

    private static string? Refusal(Schema schema) => Opened().Decide(new OpenModel(Source, schema, Models.Options)).Refusal;

    private static GateState Opened() => GateState.Empty.Decide(new OpenModel(Source, Schema, Models.Options)).Events
        .Aggregate(GateState.Empty, (s, e) => s.Apply(e));
}
