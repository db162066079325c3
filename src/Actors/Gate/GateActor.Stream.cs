using Akka.Actor;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Rosters;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateProducers;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>The way of a batch through the gate, from the source to the observer.</summary>
internal sealed partial class GateActor
{
    private readonly Queue<(IActorRef Producer, long Number, BatchLearned Learned)> _unpublished = [];
    private readonly Queue<(RowBatch Rows, IActorRef? Producer)> _rowsUnderWay = [];
    private readonly Ingest<IActorRef> _ingest = new();
    private readonly Queue<AcceptedBatch> _tail = [];
    private readonly NameTranslator _names;

    /// <summary>Whether every batch that was encoded is mixed and stored.</summary>
    private bool IsDrained => _pipeline.IsEmpty && _journal.IsEmpty;

    private bool HasRoom => _ingest.Queued == 0 && _pipeline.HasRoom
        && _journal.Rows < _settings.Durability.JournalAheadRows && _kept.Bytes < _settings.Durability.KeptBytes;

    private bool OnStream(object message)
    {
        switch (message)
        {
            case BeginProducer(var source):
                Begin(source);
                Advance();
                return true;
            case OfferRows(var rows, var commands):
                _ingest.Take(Sender, rows, commands);
                Advance();
                return true;
            case SourceFailed(var cause):
                _ingest.End(Sender, cause);
                Advance();
                return true;
            case EndProducer:
                _ingest.End(Sender, null);
                Advance();
                return true;
            default:
                return false;
        }
    }

    private void Begin(SourceId source)
    {
        if (_ingest.Begin(Sender, source, _state) is { } refusal)
            Sender.Tell(new ProducerEnded(new ModelException(refusal)));
        else
            Context.Watch(Sender);
    }

    /// <summary>Takes the next batch of the log that is learned again.</summary>
    private bool TakeLogged()
    {
        if (!_tail.TryDequeue(out var logged))
            return false;
        Encode(logged.Rows, null);
        CarryRecorded();
        return true;
    }

    /// <summary>Takes what came next: rows, or a change of the pool.</summary>
    private bool TakeNext()
    {
        switch (_ingest.Next())
        {
            case Offer<IActorRef>.OfRows offer:
                Take(offer);
                return true;
            case Offer<IActorRef>.OfChange(var asker, var command):
                Change(command, asker);
                return true;
            default:
                return false;
        }
    }

    private void Take(Offer<IActorRef>.OfRows offer)
    {
        var producer = offer.Producer;
        foreach (var command in offer.Commands)
            if (Change(command, null) is { } refused)
            {
                _ingest.Refuse(producer, new SourceException(
                    $"'{RosterText.Of(command)}' cannot be done: {refused}"));
                return;
            }
        var rows = _names.Translate(offer.Rows, _gate.Vocabulary, producer.Source.Name);
        if (_gate.Problem(rows) is { } problem)
        {
            _ingest.Refuse(producer, new ModelException(
                $"Rows up to row {rows.NextOffset} of the source cannot be learned. {problem}"));
            return;
        }
        Grow();
        var decision = _state.Decide(new AcceptBatch(producer.Source, rows));
        if (decision.Refusal is { } refusal)
        {
            _ingest.Refuse(producer, new ModelException(refusal));
            return;
        }
        foreach (var e in decision.Events)
        {
            _state = _state.Apply(e);
            _journal.Add(e);
        }
        Encode(rows, producer.Id);
        producer.LastBatch = _gate.Encoded;
    }

    private void Encode(RowBatch rows, IActorRef? producer)
    {
        var batch = _gate.Encode(rows);
        _timeline.Encoded = batch.Roster;
        _kept.Add(batch);
        _pipeline.Add(batch);
        _rowsUnderWay.Enqueue((rows, producer));
        if (producer is not null)
            _settings.Telemetry.BatchBegan(batch.Number);
        var experts = _experts.Of(batch.Roster);
        for (var index = 0; index < experts.Length; index++)
            if (_pipeline.Asks(batch, index) && experts[index] is { Epoch: not 0 } expert)
                expert.Actor.Tell(ExpertDirectory.Share(expert, batch, index), ActorRefs.NoSender);
    }

    private void MixReady()
    {
        while (_pipeline.Ready is { } batch)
        {
            var predictions = _gate.Mix(batch, _pipeline.Answers);
            _pipeline.Leave();
            var (rows, producer) = _rowsUnderWay.Dequeue();
            var changes = _timeline.Announce(batch.Number);
            if (producer is not null)
                _unpublished.Enqueue((producer, batch.Number, new(
                    new BatchOutcome(_gate.Scores(), batch.Roster, predictions.Load(), changes)
                    {
                        Predictions = predictions,
                        Rows = rows,
                        Drifts = predictions.Drifts,
                    })));
            TakeGateImage();
            _predictors?.TakeMixing(_gate);
            LetGo();
        }
    }

    private void WriteNext()
    {
        var next = _journal.Next(more: !_pipeline.IsEmpty && _checkpoints.Round is null);
        if (next.Count > 0)
            PersistAllAsync(next, NoteWritten);
    }

    private void AskForRows()
    {
        while (HasRoom && _ingest.Ask() is { } producer)
            producer.Id.Tell(Go.Instance);
    }

    private void Settle()
    {
        while (_unpublished.TryPeek(out var next) && next.Number <= _journal.Durable)
        {
            _unpublished.Dequeue();
            next.Producer.Tell(next.Learned);
            var rows = next.Learned.Outcome.Rows!;
            _settings.Telemetry.BatchLearned(next.Number, rows.Rows, rows.Refusals.Count);
        }
        foreach (var producer in _ingest.Done(Math.Min(_gate.Mixed, _journal.Durable)))
            Context.Unwatch(producer.Id).Tell(new ProducerEnded(producer.Cause));
        if (IsDrained)
            BeginReport();
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Context.Parent.Tell(
        new GateFailed(new ModelException($"The log cannot be written: {RootCause.Of(cause).Message}", cause)));

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        OnPersistFailure(cause, @event, sequenceNr);
        Context.Stop(Self);
    }
}
