using Akka.Actor;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Rosters;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateProducers;

namespace MoE.Actors.Gate;

/// <summary>The way of a batch through the gate, from its producer and back.</summary>
internal sealed class GateStream(GateCore core)
{
    private readonly Queue<(IActorRef Producer, long Number, BatchLearned Learned)> _unpublished = [];
    private readonly Queue<(RowBatch Rows, IActorRef? Producer)> _underWay = [];
    private readonly Queue<AcceptedBatch> _logged = [];
    private readonly NameTranslator _names = new(core.Settings.Schema, core.Settings.Options.MaxClasses);

    private bool HasRoom => core.Ingest.Queued == 0 && core.Pipeline.HasRoom
        && core.Journal.Rows < core.Settings.Durability.JournalAheadRows
        && core.Kept.Bytes < core.Settings.Durability.KeptBytes;

    /// <summary>Batches under way.</summary>
    public int UnderWay => _underWay.Count;

    /// <summary>Takes what a producer says; false if it is another's message.</summary>
    public bool Take(object message)
    {
        var sender = core.Shell.Context.Sender;
        switch (message)
        {
            case BeginProducer(var source):
                Begin(sender, source);
                break;
            case OfferRows(var rows, var commands):
                core.Ingest.Take(sender, rows, commands);
                break;
            case EndProducer(var isBroken):
                core.Ingest.End(sender, isBroken ? EndCause.Own : null);
                break;
            default:
                return false;
        }
        core.Shell.Advance();
        return true;
    }

    /// <summary>A producer that is gone gives no more.</summary>
    public void EndProducer(IActorRef producer)
    {
        core.Ingest.End(producer, null);
        core.Shell.Advance();
    }

    /// <summary>Lines up batches of the log, which are learned again.</summary>
    public void Repeat(IEnumerable<AcceptedBatch> logged)
    {
        foreach (var batch in logged)
            _logged.Enqueue(batch);
    }

    /// <summary>Takes the next batch of the log that is learned again; false if none is left.</summary>
    public bool TakeLogged()
    {
        if (!_logged.TryDequeue(out var logged))
            return false;
        Encode(logged.Rows, null);
        core.Pool.CarryRecorded();
        return true;
    }

    /// <summary>Takes what came next, rows or a change of the pool; false if nothing waits.</summary>
    public bool TakeNext()
    {
        switch (core.Ingest.Next())
        {
            case Offer<IActorRef>.OfRows offer:
                Learn(offer);
                return true;
            case Offer<IActorRef>.OfChange(var asker, var command):
                core.Pool.Change(command, asker);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Mixes the batches that are answered, in their order.</summary>
    public void MixReady()
    {
        while (core.Pipeline.Ready is { } batch)
        {
            var predictions = core.Gate.Mix(batch, core.Pipeline.Answers);
            core.Pipeline.Leave();
            var (rows, producer) = _underWay.Dequeue();
            var changes = core.Timeline.Announce(batch.Number);
            if (producer is not null)
                _unpublished.Enqueue((producer, batch.Number, new(
                    new BatchOutcome(core.Gate.Scores(), batch.Roster, predictions.Load(), changes)
                    {
                        Predictions = predictions,
                        Rows = rows,
                        Drifts = predictions.Drifts,
                    })));
            core.Checkpoints.TakeGateImage();
            core.Predictors.TakeMixing();
            core.Experts.LetGo();
        }
    }

    /// <summary>Writes what is due to the log.</summary>
    public void WriteNext()
    {
        var next = core.Journal.Next(more: !core.Pipeline.IsEmpty && core.Checkpoints.Keeper.Round is null);
        if (next.Count > 0)
            core.Shell.PersistMeanwhile(next, core.Pool.NoteWritten);
    }

    /// <summary>Asks producers for rows, as long as there is room for them.</summary>
    public void AskForRows()
    {
        while (HasRoom && core.Ingest.Ask() is { } producer)
            producer.Id.Tell(Go.Instance);
    }

    /// <summary>Tells producers of their batches that are learned and stored, and of their end.</summary>
    public void Publish()
    {
        while (_unpublished.TryPeek(out var next) && next.Number <= core.Journal.Durable)
        {
            _unpublished.Dequeue();
            next.Producer.Tell(next.Learned);
            var rows = next.Learned.Outcome.Rows!;
            core.Telemetry.BatchLearned(next.Number, rows.Rows, rows.Refusals.Count);
        }
        foreach (var producer in core.Ingest.Done(Math.Min(core.Gate.Mixed, core.Journal.Durable)))
            core.Shell.Context.Unwatch(producer.Id).Tell(new ProducerEnded(producer.Cause));
    }

    private void Begin(IActorRef producer, SourceId source)
    {
        if (core.Ingest.Begin(producer, source, core.State) is { } refusal)
            producer.Tell(new ProducerEnded(EndCause.OfModel(refusal)));
        else
            core.Shell.Context.Watch(producer);
    }

    private void Learn(Offer<IActorRef>.OfRows offer)
    {
        var producer = offer.Producer;
        if (Refusal(offer) is { } refused)
        {
            core.Ingest.Refuse(producer, refused);
            return;
        }
        producer.LastBatch = core.Gate.Encoded;
    }

    /// <summary>Learns rows, after the changes of the pool before them; answers why not, null if it does.</summary>
    private EndCause? Refusal(Offer<IActorRef>.OfRows offer)
    {
        foreach (var command in offer.Commands)
            if (core.Pool.Change(command, null) is { } refused)
                return EndCause.OfSource($"'{RosterText.Of(command)}' cannot be done: {refused}");
        var rows = _names.Translate(offer.Rows, core.Gate.Vocabulary, offer.Producer.Source.Name);
        if (core.Gate.Problem(rows) is { } problem)
            return EndCause.OfModel(
                $"Rows up to row {rows.NextOffset} of the source cannot be learned. {problem}");
        core.Pool.Grow();
        var decision = core.State.Decide(new AcceptBatch(offer.Producer.Source, rows));
        if (decision.Refusal is { } refusal)
            return EndCause.OfModel(refusal);
        foreach (var e in decision.Events)
        {
            core.Apply(e);
            core.Journal.Add(e);
        }
        Encode(rows, offer.Producer.Id);
        return null;
    }

    private void Encode(RowBatch rows, IActorRef? producer)
    {
        var batch = core.Gate.Encode(rows);
        core.Timeline.Encoded = batch.Roster;
        core.Kept.Add(batch);
        core.Pipeline.Add(batch);
        _underWay.Enqueue((rows, producer));
        if (producer is not null)
            core.Telemetry.BatchBegan(batch.Number);
        var experts = core.Directory.Of(batch.Roster);
        for (var index = 0; index < experts.Length; index++)
            if (core.Pipeline.Asks(batch, index) && experts[index] is { Epoch: not 0 } expert)
                expert.Tell(ExpertDirectory.Share(expert, batch, index));
    }
}
