using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
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

/// <summary>What a producer of rows and its gate tell each other. The producer is the sender.</summary>
internal static class GateProducers
{
    /// <summary>A source begins to feed the model; its producer hears of its batches and its end.</summary>
    public sealed record BeginProducer(SourceId Source);

    /// <summary>The gate takes one more batch.</summary>
    public sealed record Go
    {
        public static readonly Go Instance = new();
    }

    /// <summary>The next rows of the source, and changes of the pool to carry out before them.</summary>
    public sealed record OfferRows(RowBatch Rows, IReadOnlyList<RosterCommand> Commands);

    /// <summary>The source broke after what it has given.</summary>
    public sealed record SourceFailed(Exception Cause);

    /// <summary>The source has no more.</summary>
    public sealed record EndProducer
    {
        public static readonly EndProducer Instance = new();
    }

    /// <summary>To the producer: one more batch is predicted, learned and stored.</summary>
    public sealed record BatchLearned(BatchOutcome Outcome);

    /// <summary>
    /// To the producer, last: everything taken is learned and stored. A cause where the source did not just end.
    /// </summary>
    public sealed record ProducerEnded(Exception? Cause);
}

/// <summary>What the gate can be asked.</summary>
internal static class GateQueries
{
    /// <summary>Answered by <see cref="SourceProgress"/> in a source once the model is recovered.</summary>
    public sealed record GetProgress(SourceId Source);

    /// <summary>Changes the pool behind everything taken so far. Answered by PoolChanged once it is stored.</summary>
    public sealed record ChangePool(RosterCommand Command);

    /// <summary>
    /// What came of it: a change, nothing where it held already, or the reason why the command was refused.
    /// </summary>
    public sealed record PoolChanged(RosterChange? Change, string? Refusal);

    /// <summary>Answered by <see cref="MixtureReport"/> after everything taken so far.</summary>
    public sealed record GetReport;

    /// <summary>
    /// Answered by <see cref="Compute.Prediction.Predictor"/> of the state after some batch that is not before the last
    /// one taken so far.
    /// </summary>
    public sealed record GetPredictor;

    /// <summary>Ends the gate after a last checkpoint; its termination is the answer.</summary>
    public sealed record Close;

    /// <summary>To the gate's parent: why the gate cannot go on, and is to be stopped.</summary>
    public sealed record GateFailed(ModelException Cause);
}
