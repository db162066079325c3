using System.Collections.Immutable;
using static MoE.Actors.Decision<MoE.Actors.Gate.IGateEvent>;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Gate;

/// <summary>
/// What the log says of a model, and the rules of what may be added to it. Knows no actor, no clock and no journal.
/// </summary>
internal sealed record GateState
{
    /// <summary>The state before the first event.</summary>
    public static readonly GateState Empty = new();

    /// <summary>What the model is; null before it is created.</summary>
    public ModelCreated? Model { get; init; }

    /// <summary>How many gates there were; messages of older ones are refused.</summary>
    public long Epoch { get; init; }

    /// <summary>Number of the last batch accepted; 0 before the first.</summary>
    public long Accepted { get; init; }

    /// <summary>Rows of the source read up to the end of that batch.</summary>
    public long Offset { get; init; }

    /// <summary>The experts out of the pool, by id.</summary>
    public ImmutableSortedDictionary<string, ExpertFrozen> Frozen { get; init; } =
        ImmutableSortedDictionary<string, ExpertFrozen>.Empty;

    /// <summary>The newest complete checkpoint.</summary>
    public CheckpointCompleted? Checkpoint { get; init; }

    /// <summary>The one before it.</summary>
    public CheckpointCompleted? Previous { get; init; }

    /// <summary>The events of a command, or the reason why it is refused.</summary>
    public Decision<IGateEvent> Decide(IGateCommand command) => command switch
    {
        OpenModel(var source, var schema, var options) when Model is null => Accept(
            new ModelCreated(ModelCreated.CurrentFormat, source, schema, options), new EpochStarted(Epoch + 1)),
        OpenModel open when ModelDifference.Between(Model, open) is { } reason => Refuse(reason),
        OpenModel => Accept(new EpochStarted(Epoch + 1)),

        AcceptBatch(var rows) when rows.NextOffset <= Offset => Nothing(),
        AcceptBatch(var rows) when rows.FirstOffset != Offset => Refuse(
            $"The source gave rows from row {rows.FirstOffset + 1} on; it must go on behind row {Offset}, up to which "
            + "the model has learned."),
        AcceptBatch(var rows) => Accept(new BatchesAccepted(Accepted + 1, [rows])),

        FreezeExpert(var id, _, _) when Model?.Options.Pool.Any(e => e.Id == id) != true =>
            Refuse($"There is no expert '{id}'."),
        FreezeExpert(var id, _, _) when Frozen.ContainsKey(id) => Nothing(),
        FreezeExpert(var id, var from, var reason) => Accept(new ExpertFrozen(id, from, reason)),

        CompleteCheckpoint(var number, _, _, _) when number <= (Checkpoint?.Number ?? 0) => Nothing(),
        CompleteCheckpoint(var number, _, _, _) when number > Accepted =>
            Refuse($"Batch {number} of the checkpoint was not accepted; the last one is {Accepted}."),
        CompleteCheckpoint(var number, var offset, var barrier, var images) => Accept(
            new CheckpointCompleted(number, offset, barrier, Epoch, Model!, [.. Frozen.Values], images)),

        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "The gate has no such command."),
    };

    /// <summary>The state after <paramref name="e"/>. Total: an event that was stored always applies.</summary>
    public GateState Apply(IGateEvent e) => e switch
    {
        ModelCreated created => this with { Model = created },
        EpochStarted(var epoch) => this with { Epoch = epoch },
        BatchesAccepted accepted => this with { Accepted = accepted.Last, Offset = accepted.Batches[^1].NextOffset },
        ExpertFrozen frozen => this with { Frozen = Frozen.SetItem(frozen.Id, frozen) },
        CheckpointCompleted done => this with
        {
            Model = done.Model,
            Epoch = Math.Max(Epoch, done.Epoch),
            Accepted = Math.Max(Accepted, done.Number),
            Offset = Math.Max(Offset, done.Offset),
            Frozen = Frozen.SetItems(done.Frozen.Select(f => KeyValuePair.Create(f.Id, f))),
            Checkpoint = done,
            Previous = Checkpoint,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, "The gate has no such event."),
    };

    /// <summary>The snapshot that an expert is to be restored from; 0 where it begins afresh.</summary>
    public long ImageOf(int place) => Checkpoint?.Images[place].Image ?? 0;
}
