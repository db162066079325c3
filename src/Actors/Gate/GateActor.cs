using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using MoE.Actors.Storage;
using static MoE.Actors.Gate.GateProducers;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>
/// Holds a model's gate: numbers and logs the batches, encodes them, has the experts process them, mixes their answers.
/// The only writer of the log, and the supervisor of the experts. Cannot continue without its log: then it says why to
/// its parent and stops. What it does in which phase is here; how, in its parts.
/// </summary>
internal sealed class GateActor : UntypedPersistentActor, IWithTimers, IGateShell
{
    private static readonly EndCause Closed =
        EndCause.OfModel("The model is closed; the rows after the last one learned are left.");

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorContext _context = Context;
    private readonly GateCore _core;
    private GatePhase _phase;

    public GateActor(GateSettings settings)
    {
        PersistenceId = StorageIds.Log(settings.Name);
        (JournalPluginId, SnapshotPluginId) = (settings.Plugins.Journal, settings.Plugins.Snapshots);
        _core = new GateCore(settings, this);
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The whole log is read; snapshots are the checkpoints' business, not Akka's.</summary>
    public override Akka.Persistence.Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

    IActorContext IGateShell.Context => _context;

    ILoggingAdapter IGateShell.Log => _log;

    IActorRef IGateShell.Images => SnapshotStore;

    long IGateShell.LastSequence => LastSequenceNr;

    public static Props Props(GateSettings settings) => Akka.Actor.Props.Create(() => new GateActor(settings));

    void IGateShell.Persist(IReadOnlyList<IGateEvent> events, Action<IGateEvent> stored, Action done) =>
        PersistAll(events, stored, done);

    void IGateShell.PersistMeanwhile(IReadOnlyList<IGateEvent> events, Action<IGateEvent> stored) =>
        PersistAllAsync(events, stored);

    void IGateShell.DeleteEvents(long lastSequence) => DeleteMessages(lastSequence);

    void IGateShell.TakeWaiting() => Stash.UnstashAll();

    void IGateShell.StartCheckpoints() => Timers.StartPeriodicTimer(
        CheckpointDue.Instance, CheckpointDue.Instance, _core.Settings.Durability.CheckpointInterval);

    void IGateShell.Enter(GatePhase phase) => Enter(phase);

    void IGateShell.Advance() => Advance();

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case IGateEvent e:
                _core.Recovery.Fold(e);
                break;
            case RecoveryCompleted:
                _core.Recovery.Open();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        _context.Parent.Tell(new GateFailed(_core.Recovery.Failure(reason)));

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _context.Parent.Tell(
        new GateFailed(new ModelException($"The log cannot be written: {RootCause.Of(cause).Message}", cause)));

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        OnPersistFailure(cause, @event, sequenceNr);
        _context.Stop(Self);
    }

    /// <summary>The first phase, Opening.</summary>
    protected override void OnCommand(object message)
    {
        if (!_core.Devices.Take(message) && !WaitsForLater(message))
            Unhandled(message);
    }

    private void Restoring(object message)
    {
        if (!_core.Recovery.Take(message) && !_core.Experts.Take(message) && !_core.Devices.Take(message)
            && !WaitsForLater(message))
            Unhandled(message);
    }

    private void Replaying(object message)
    {
        if (message is not CheckpointDue && !_core.Experts.Take(message) && !_core.Devices.Take(message)
            && !WaitsForLater(message))
            Unhandled(message);
    }

    private void Running(object message)
    {
        if (!_core.Experts.Take(message) && !_core.Stream.Take(message) && !TakeQuestion(message)
            && !_core.Checkpoints.Take(message) && !_core.Devices.Take(message))
            Unhandled(message);
    }

    private void Closing(object message)
    {
        if (message is BeginProducer)
            Sender.Tell(new ProducerEnded(Closed));
        else
            Running(message);
    }

    private void Enter(GatePhase phase)
    {
        _phase = phase;
        Become(phase switch
        {
            GatePhase.Restoring => Restoring,
            GatePhase.Replaying => Replaying,
            GatePhase.Running => Running,
            GatePhase.Closing => Closing,
            _ => OnCommand,
        });
    }

    /// <summary>What others ask for waits until the model is as far as it was.</summary>
    private bool WaitsForLater(object message)
    {
        if (message is not (BeginProducer or OfferRows or EndProducer
            or GetProgress or ChangePool or GetReport or GetPredictor or Close))
            return false;
        Stash.Stash();
        return true;
    }

    private bool TakeQuestion(object message)
    {
        switch (message)
        {
            case GetProgress(var source):
                Report(source);
                return true;
            case ChangePool(var command):
                _core.Ingest.Take(Sender, command);
                break;
            case GetReport:
                _core.Reports.Ask(Sender);
                break;
            case GetPredictor:
                _core.Predictors.Ask(Sender);
                break;
            case Close:
                _core.Ingest.EndAll(Closed);
                Enter(GatePhase.Closing);
                break;
            default:
                return false;
        }
        Advance();
        return true;
    }

    private void Report(Compute.Data.SourceId source)
    {
        var position = _core.State.PositionIn(source);
        Sender.Tell(new SourceProgress(position.Offset, position.Rows, _core.Gate.Scores().Rows,
            [.. _core.Gate.Vocabulary.Terms], _core.State.ProblemOf(source))
        {
            Device = _core.Devices.Status,
        });
    }

    private void Advance()
    {
        switch (_phase)
        {
            case GatePhase.Replaying:
                _core.Recovery.Replay();
                break;
            case GatePhase.Running:
                Work();
                _core.Stream.AskForRows();
                break;
            case GatePhase.Closing:
                Work();
                if (_core.IsDrained && _core.Ingest.IsIdle && _core.Checkpoints.IsSaved())
                    _context.Stop(Self);
                break;
        }
    }

    /// <summary>Mixes what is answered, encodes what has arrived, stores what is due, tells who waits.</summary>
    private void Work()
    {
        _core.Stream.MixReady();
        while (_core.Pipeline.HasRoom && !_core.Reports.IsAsked && _core.Stream.TakeNext())
            _core.Stream.MixReady();
        _core.Checkpoints.BeginIfDue();
        _core.Stream.WriteNext();
        _core.Checkpoints.Complete();
        _core.Predictors.Begin();
        _core.Predictors.Give();
        _core.Stream.Publish();
        _core.Reports.BeginWhenDrained();
        _core.MeasureState();
    }
}
