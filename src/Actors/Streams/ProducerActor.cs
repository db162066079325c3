using Akka.Actor;
using MoE.Actors.Gate;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Rosters.Scripts;
using static MoE.Actors.Gate.GateProducers;

namespace MoE.Actors.Streams;

/// <summary>A source that feeds a model, and who waits for it.</summary>
/// <param name="Source">The rows.</param>
/// <param name="Gate">Takes the batches, one for each that it asks for.</param>
/// <param name="Rows">Rows of a batch.</param>
/// <param name="OnBatch">Called after each batch, with what came of it.</param>
/// <param name="Ended">Done when everything that the gate took is learned and stored.</param>
/// <param name="Stop">Ends the reading after the batches that the gate has.</param>
internal sealed record ProducerSettings(
    IRowSource Source, IActorRef Gate, int Rows, Action<BatchOutcome> OnBatch, TaskCompletionSource Ended,
    CancellationToken Stop)
{
    /// <summary>Changes of the pool between the rows; null for none.</summary>
    public IPoolScript? Script { get; init; }

    /// <summary>Done when the source is not read any more.</summary>
    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>
/// Reads a source a few batches ahead, gives them to the gate as it asks for them, and reports what comes of them.
/// What the source throws is reported once what it gave before is learned.
/// </summary>
internal sealed class ProducerActor(ProducerSettings settings) : UntypedActor
{
    private const int BatchesAhead = 4;

    private readonly Queue<OfferRows> _ahead = [];
    private CancellationTokenRegistration _stop;
    private Task _reading = Task.CompletedTask;
    private bool _isReading;
    private bool _isAsked;
    private bool _isStopped;
    private bool _hasEnded;
    private EndProducer? _end;
    private Exception? _failure;
    private Exception? _broken;

    public static Props Props(ProducerSettings settings) => Akka.Actor.Props.Create(() => new ProducerActor(settings));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var self = Self;
        _stop = settings.Stop.Register(() => self.Tell(StopReading.Instance, ActorRefs.NoSender));
        settings.Gate.Tell(new BeginProducer(settings.Source.Id));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stop.Dispose();
        _reading.ContinueWith(_ => settings.Released.TrySetResult(), TaskScheduler.Default);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Go:
                _isAsked = true;
                Pump();
                break;
            case RowsRead(var rows):
                _isReading = false;
                Take(rows);
                Pump();
                break;
            case ReadFailed(OperationCanceledException) when settings.Stop.IsCancellationRequested:
                _isReading = false;
                Stop();
                break;
            case ReadFailed(var cause):
                _isReading = false;
                (_end, _failure) = (_end ?? new EndProducer(IsBroken: true), _failure ?? cause);
                Pump();
                break;
            case StopReading:
                Stop();
                break;
            case BatchLearned learned:
                Show(learned);
                break;
            case ProducerEnded(var cause) when (_broken ?? FailureOf(cause)) is { } failure:
                settings.Ended.TrySetException(failure);
                break;
            case ProducerEnded:
                settings.Ended.TrySetResult();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Gives what is asked for, and reads on while there is room ahead.</summary>
    private void Pump()
    {
        Give();
        Read();
    }

    private void Give()
    {
        if (_isAsked && _ahead.TryDequeue(out var offer))
        {
            _isAsked = false;
            settings.Gate.Tell(offer);
        }
        if (_hasEnded || _end is null || _ahead.Count > 0)
            return;
        _hasEnded = true;
        settings.Gate.Tell(_end);
    }

    /// <summary>Reads the next batch beside this actor, which meanwhile gives what was read before.</summary>
    private void Read()
    {
        if (_isReading || _isStopped || _end is not null || _ahead.Count >= BatchesAhead)
            return;
        var rows = settings.Script?.Most(settings.Rows) ?? settings.Rows;
        var reading = Task.Run(() => settings.Source.ReadAsync(rows, settings.Stop).AsTask(), CancellationToken.None);
        (_isReading, _reading) = (true, reading);
        reading.PipeTo(Self, success: batch => new RowsRead(batch), failure: e => new ReadFailed(e));
    }

    private void Take(RowBatch? rows)
    {
        if (_isStopped)
            return;
        if (rows is null)
            _end ??= new EndProducer(IsBroken: false);
        else
            _ahead.Enqueue(new OfferRows(rows, settings.Script?.Before(rows) ?? []));
    }

    /// <summary>What the gate has not asked for is left to another reading.</summary>
    private void Stop()
    {
        _isStopped = true;
        _ahead.Clear();
        if (!_hasEnded)
        {
            _hasEnded = true;
            settings.Gate.Tell(new EndProducer(IsBroken: false));
        }
        Pump();
    }

    private void Show(BatchLearned learned)
    {
        if (_broken is not null)
            return;
        try
        {
            settings.OnBatch(learned.Outcome);
        }
        catch (Exception e)                                  // the caller's own, who gets it back at the end
        {
            _broken = e;
            Stop();
        }
    }

    private Exception? FailureOf(EndCause? cause) => cause switch
    {
        null => null,
        { By: EndedBy.Producer } => _failure,
        { By: EndedBy.Source } => new SourceException(cause.Reason),
        _ => new ModelException(cause.Reason),
    };

    /// <summary>The source has given rows; null at its end.</summary>
    private sealed record RowsRead(RowBatch? Rows) : INoSerializationVerificationNeeded;

    /// <summary>The source broke.</summary>
    private sealed record ReadFailed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>Nothing more is to be read.</summary>
    private sealed record StopReading : INoSerializationVerificationNeeded
    {
        public static readonly StopReading Instance = new();
    }
}
