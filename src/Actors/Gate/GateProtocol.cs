using Akka.Actor;
using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Prediction;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

/// <summary>A change that <see cref="GateState"/> decides on.</summary>
internal interface IGateCommand;

/// <summary>What the gate can be told to change.</summary>
internal static class GateCommands
{
    /// <summary>Begins an epoch of the stored model, or creates it where nothing is stored.</summary>
    public sealed record OpenModel(Schema Schema, MixtureOptions Options) : IGateCommand;

    /// <summary>Takes a source's next rows; what is known of them is passed over.</summary>
    public sealed record AcceptBatch(SourceId Source, RowBatch Rows) : IGateCommand;

    /// <summary>Puts an expert out of the pool from a batch on.</summary>
    public sealed record DropExpert(string Id, long From, string Reason) : IGateCommand;

    /// <summary>Changes the pool from a batch on.</summary>
    public sealed record ChangeRoster(RosterCommand Command, long From) : IGateCommand;

    /// <summary>Has the experts computed elsewhere from a batch on.</summary>
    public sealed record ChooseDevice(Placement Placement, long From) : IGateCommand;

    /// <summary>Notes that all images after a batch are stored.</summary>
    public sealed record CompleteCheckpoint(
        long Number, long Barrier, IReadOnlyList<SourcePosition> Sources, Roster Roster,
        IReadOnlyList<ExpertImage> Images) : IGateCommand;

    /// <summary>Goes back from the newest checkpoint, which is damaged, to the one before it.</summary>
    public sealed record DiscardCheckpoint(long Number, string Reason) : IGateCommand;
}

/// <summary>Why nothing more is taken of a producer.</summary>
/// <param name="By">Who ended it.</param>
/// <param name="Reason">Why, in one sentence; empty if its own source broke, which knows why.</param>
internal sealed record EndCause(EndedBy By, string Reason)
{
    /// <summary>The producer's own source broke.</summary>
    public static EndCause Own { get; } = new(EndedBy.Producer, "");

    /// <summary>The model takes no more.</summary>
    public static EndCause OfModel(string reason) => new(EndedBy.Model, reason);

    /// <summary>What came with the rows cannot be done.</summary>
    public static EndCause OfSource(string reason) => new(EndedBy.Source, reason);
}

/// <summary>Who ends a producer.</summary>
internal enum EndedBy
{
    Producer,
    Source,
    Model,
}

/// <summary>What a producer of rows and its gate tell each other. The producer is the sender.</summary>
internal static class GateProducers
{
    /// <summary>A source begins to feed the model; its producer hears of its batches and its end.</summary>
    public sealed record BeginProducer(SourceId Source) : IWireMessage;

    /// <summary>The gate takes one more batch.</summary>
    public sealed record Go : IWireMessage
    {
        public static readonly Go Instance = new();
    }

    /// <summary>The next rows of the source, and changes of the pool to carry out before them.</summary>
    public sealed record OfferRows(RowBatch Rows, IReadOnlyList<RosterCommand> Commands) : IWireMessage;

    /// <summary>The source has no more, or broke after what it has given.</summary>
    public sealed record EndProducer(bool IsBroken) : IWireMessage;

    /// <summary>To the producer: one more batch is predicted, learned and stored.</summary>
    public sealed record BatchLearned(BatchOutcome Outcome) : IWireMessage;

    /// <summary>
    /// To the producer, last: everything taken is learned and stored. A cause if the source did not just end.
    /// </summary>
    public sealed record ProducerEnded(EndCause? Cause) : IWireMessage;
}

/// <summary>What the gate can be asked.</summary>
internal static class GateQueries
{
    /// <summary>Answered by <see cref="SourceProgress"/> in a source once the model is recovered.</summary>
    public sealed record GetProgress(SourceId Source) : IWireMessage;

    /// <summary>Changes the pool after everything taken so far. Answered by PoolChanged once it is stored.</summary>
    public sealed record ChangePool(RosterCommand Command) : IWireMessage;

    /// <summary>
    /// What came of it: a change, nothing if it held already, or the reason why the command was refused.
    /// </summary>
    public sealed record PoolChanged(RosterChange? Change, string? Refusal) : IWireMessage;

    /// <summary>Answered by <see cref="MixtureReport"/> after everything taken so far.</summary>
    public sealed record GetReport : IWireMessage;

    /// <summary>
    /// Answered by <see cref="PredictorMade"/>, of the state after some batch that is not before the last one taken so
    /// far. Rows are predicted in the gate's own process, which a predictor never leaves.
    /// </summary>
    public sealed record GetPredictor : INoSerializationVerificationNeeded;

    /// <summary>What predicts by a state of the whole model.</summary>
    public sealed record PredictorMade(Predictor Predictor) : INoSerializationVerificationNeeded;

    /// <summary>Ends the gate after a last checkpoint; its termination is the answer.</summary>
    public sealed record Close : IWireMessage;

    /// <summary>To the gate's parent: why the gate cannot continue, and is to be stopped.</summary>
    public sealed record GateFailed(ModelException Cause) : INoSerializationVerificationNeeded;
}
