using Akka.Actor;
using MoE.Compute.Data;
using MoE.Compute.Evaluation;
using MoE.Compute.Rosters;
using static MoE.Actors.Gate.GateCommands;
using static MoE.Actors.Gate.GateQueries;
using static MoE.Actors.Gate.GateStreams;

namespace MoE.Actors.Gate;

/// <summary>The way of a batch through the gate, from the source to the observer.</summary>
internal sealed partial class GateActor
{
    private readonly Queue<(long Number, BatchLearned Learned)> _unpublished = [];
    private readonly Queue<RowBatch> _rowsUnderWay = [];
    private SourceId? _source;
    private IActorRef? _observer;
    private IActorRef? _stream;
    private bool _owesGo;
    private Exception? _streamCause;
    private bool _streamEnds;
    private long _duplicates;

    /// <summary>Whether every batch that was encoded is mixed and stored.</summary>
    private bool IsDrained => _open && _pipeline.IsEmpty && _journal.IsEmpty;

    private bool HasRoom => _arrived.Count == 0 && _pipeline.HasRoom
        && _journal.Rows < _settings.Durability.JournalAheadRows && _kept.Bytes < _settings.Durability.KeptBytes;

    private void Begin(BeginStream begin)
    {
        if (_observer is not null)
        {
            begin.Observer.Tell(new StreamEnded(
                new ModelException("The model learns another stream already; wait for its end.")));
            return;
        }
        if (_state.ProblemOf(begin.Source) is { } problem)
        {
            begin.Observer.Tell(new StreamEnded(new ModelException(problem)));
            return;
        }
        (_observer, _stream, _source, _owesGo, _streamCause, _streamEnds) =
            (begin.Observer, Sender, begin.Source, true, null, false);
        Advance();
    }

    private void Offer(RowBatch rows)
    {
        _owesGo = true;
        var decision = _state.Decide(new AcceptBatch(_source!, rows));
        var isNew = rows.FirstOffset >= _state.PositionIn(_source!).Offset;
        if (decision.Refusal is { } reason)
            EndStream(new ModelException(reason));
        else
            _duplicates += rows.Rows + rows.Refusals.Count - Take(decision.Events, isNew ? rows.Commands : []);
        Advance();
    }

    /// <summary>Lines up the batch among the events; answers how many rows of the source it has.</summary>
    private long Take(IReadOnlyList<IGateEvent> events, IReadOnlyList<RosterCommand> commands)
    {
        if (events is [SourceOpened opened, ..])
        {
            _state = _state.Apply(opened);
            PersistAsync(opened, _ => { });
        }
        var batch = events is [.., BatchesAccepted { Batches: [var accepted] }] ? accepted : null;
        if (batch is not null || commands.Count > 0)
            _arrived.Enqueue(new Arrival(batch, commands, null));
        if (batch is null)
            return 0;
        return batch.Rows.Rows + batch.Rows.Refusals.Count;
    }

    private void TakeNext()
    {
        var arrival = _arrived.Dequeue();
        foreach (var command in arrival.Commands)
            if (Change(command, arrival.Asker) is { } refusal && arrival.Asker is null)
            {
                EndStream(new SourceException($"'{RosterText.Of(command)}' cannot be done: {refusal}"));
                return;
            }
        if (arrival.Batch is { } batch)
            Encode(batch);
        CarryRecorded();
    }

    private void Encode(AcceptedBatch accepted)
    {
        var rows = accepted.Rows;
        var isNew = _gate.Encoded >= _replayTo;
        if (isNew && (_gate.Problem(rows) ?? NamesProblem(rows)) is { } problem)
        {
            EndStream(new ModelException(
                $"Rows up to row {rows.NextOffset} of the source cannot be learned. {problem}"));
            return;
        }
        if (isNew)
            Grow();
        var batch = _gate.Encode(rows);
        if (isNew)
        {
            _state = _state.Apply(new BatchesAccepted(batch.Number, [accepted]));
            _journal.Add(batch.Number, accepted);
        }
        _encodedRoster = batch.Roster;
        _kept.Add(batch);
        _pipeline.Add(batch);
        _rowsUnderWay.Enqueue(rows);
        var seats = SeatsOf(batch.Roster);
        for (var place = 0; place < seats.Length; place++)
            if (_pipeline.Asks(batch, place) && seats[place] is { Epoch: not 0 } seat)
                Send(seat, batch, place);
    }

    // A second source's own numbering of names must not be taken for the model's.
    private string? NamesProblem(RowBatch rows) => _state.Sources.Count > 1
        && rows.NewTerms.FirstOrDefault(term => _gate.Vocabulary.IndexOf(term) >= 0) is { } known
        ? $"The source calls '{known.Text}' a new name, but the model knows it from another source; have the source "
            + "skip to where the model stands, with the names that it knows."
        : null;

    private void EndStream(Exception? cause)
    {
        _streamCause ??= cause;
        (_streamEnds, _stream) = (true, null);
    }

    private void MixReady()
    {
        while (_pipeline.Ready is { } batch)
        {
            var predictions = _gate.Mix(batch, _pipeline.Answers);
            _pipeline.Leave();
            var rows = _rowsUnderWay.Dequeue();
            var changes = TakeChanges(batch.Number);
            if (_observer is not null)
                _unpublished.Enqueue((batch.Number, new(
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
        var next = _journal.Next(more: !_pipeline.IsEmpty && _round is null);
        if (next.Count > 0)
            PersistAllAsync(next, NoteWritten);
    }

    private void Acknowledge()
    {
        if (!_open || _closing || !_owesGo || !HasRoom)
            return;
        _stream?.Tell(Go.Instance);
        _owesGo = false;
    }

    private void Settle()
    {
        while (_unpublished.TryPeek(out var next) && next.Number <= _journal.Durable)
            _observer?.Tell(_unpublished.Dequeue().Learned);
        if (!IsDrained)
            return;
        BeginReport();
        if (_arrived.Count > 0)
            return;
        if (_streamEnds)
        {
            _observer?.Tell(new StreamEnded(_streamCause));
            (_observer, _streamEnds) = (null, false);
        }
        CloseWhenSaved();
    }

    /// <summary>What has come and waits for its turn: changes of the pool, then a batch.</summary>
    private sealed record Arrival(AcceptedBatch? Batch, IReadOnlyList<RosterCommand> Commands, IActorRef? Asker);

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
