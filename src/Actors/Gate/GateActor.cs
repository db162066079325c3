using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using MoE.Actors.Devices;
using MoE.Actors.Storage;
using MoE.Actors.Storage.Marks;
using MoE.Actors.Telemetry;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Rosters;
using static MoE.Actors.Devices.DeviceReplies;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateProducers;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>
/// What a gate is made of. The log is <c>model-NAME</c>; <paramref name="NewExpert"/> makes an expert as it is before
/// the first row.
/// </summary>
internal sealed record GateSettings(
    string Name, Schema Schema, MixtureOptions Options, DurabilityOptions Durability,
    Func<Member, IExpert> NewExpert)
{
    /// <summary>Done when nothing that was written to the log can be lost any more, not even by a power cut.</summary>
    public Func<Task> SettleLog { get; init; } = () => Task.CompletedTask;

    /// <summary>What the store knows of the log from outside it.</summary>
    public LogEvidence Evidence { get; init; } = LogEvidence.None;

    /// <summary>Notes how far the log is acknowledged.</summary>
    public Action<Acknowledged> Acknowledge { get; init; } = _ => { };

    /// <summary>What the store finds damaged in the log's files, in one sentence each.</summary>
    public Func<IReadOnlyList<string>> LogDamages { get; init; } = () => [];

    /// <summary>By what log and images are written.</summary>
    public StorePlugins Plugins { get; init; } = StorePlugins.Default;

    /// <summary>Takes what is to be measured.</summary>
    public GateTelemetry Telemetry { get; init; } = new("", TimeProvider.System);

    /// <summary>What may compute for experts.</summary>
    public DeviceOffer Devices { get; init; } = DeviceOffer.Cpu;

    /// <summary>Who chooses the experts of big banks; null where the CPU does.</summary>
    public BankScoring? Banks { get; init; }
}

/// <summary>
/// Holds a model's gate: numbers and logs the batches, encodes them, has the experts walk them, mixes their answers.
/// The only writer of the log, and the supervisor of the experts. Cannot go on without its log: then it says why to its
/// parent and stops.
/// </summary>
internal sealed partial class GateActor : UntypedPersistentActor, IWithTimers
{
    private const string Closed = "The model is closed; the rows after the last one learned are left.";

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly GateSettings _settings;
    private readonly Pipeline _pipeline;
    private readonly KeptBatches _kept = new();
    private readonly JournalQueue _journal = new();
    private Compute.Gating.Gate _gate;
    private Action _advance;
    private GateState _state = GateState.Empty;

    public GateActor(GateSettings settings)
    {
        _settings = settings;
        (JournalPluginId, SnapshotPluginId) = (settings.Plugins.Journal, settings.Plugins.Snapshots);
        _gate = NewGate(Roster.Of(settings.Options));
        _pipeline = new Pipeline(settings.Options.Window);
        _advance = Wait;
        _experts = new ExpertDirectory(_kept, _pipeline);
        _names = new NameTranslator(settings.Schema, settings.Options.MaxClasses);
    }

    /// <inheritdoc/>
    public override string PersistenceId => StorageIds.Log(_settings.Name);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private StorageIds Ids => new(_settings.Name, _state.Model!.Format);

    private string StorageId => Ids.OfGate;

    public static Props Props(GateSettings settings) => Akka.Actor.Props.Create(() => new GateActor(settings));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(-1, -1, _ => Directive.Restart, loggingEnabled: false);

    /// <summary>The first phase: what computes for the experts is found out before any is brought back.</summary>
    protected override void OnCommand(object message)
    {
        if (!OnDevice(message) && !Later(message))
            Unhandled(message);
    }

    /// <summary>Gate and experts come back to one checkpoint, or to an older one where that is damaged.</summary>
    private void Restoring(object message)
    {
        if (!OnImage(message) && !OnExpert(message) && !OnDevice(message) && !Later(message))
            Unhandled(message);
    }

    /// <summary>The log's batches since are learned again.</summary>
    private void Replaying(object message)
    {
        if (message is not CheckpointDue && !OnExpert(message) && !OnDevice(message) && !Later(message))
            Unhandled(message);
    }

    /// <summary>Rows are learned as they come.</summary>
    private void Running(object message)
    {
        if (!OnExpert(message) && !OnStream(message) && !OnQuery(message) && !OnStore(message) && !OnDevice(message))
            Unhandled(message);
    }

    /// <summary>What was taken is learned and stored; nothing more is taken.</summary>
    private void Closing(object message)
    {
        if (message is BeginProducer)
            Sender.Tell(new ProducerEnded(new ModelException(Closed)));
        else
            Running(message);
    }

    private void Enter(UntypedReceive phase, Action advance)
    {
        _advance = advance;
        Become(phase);
    }

    /// <summary>What others ask for waits until the model stands where it stood.</summary>
    private bool Later(object message)
    {
        if (message is not (BeginProducer or OfferRows or SourceFailed or EndProducer
            or GetProgress or ChangePool or GetReport or GetPredictor or Close))
            return false;
        Stash.Stash();
        return true;
    }

    private Compute.Gating.Gate NewGate(Roster roster)
    {
        var gate = new Compute.Gating.Gate(_settings.Schema, _settings.Options, roster);
        if ((_banks ?? _settings.Banks) is { } banks)
            gate.ScoreBanks(banks);
        return gate;
    }

    private bool OnExpert(object message)
    {
        switch (message)
        {
            case Answered answered:
                if (_experts.Find(answered.Key, answered.Epoch) is not null)
                    _pipeline.Take(answered.Key, answered.Number, answered.Answers);
                if (_pipeline.Ready is not null)             // most answers are not the last that a batch waits for
                    Advance();
                return true;
            case Started started:
                if (_experts.Find(started.Key) is { } begun)
                    Restore(begun);
                return true;
            case Restored restored:
                if (_experts.Find(restored.Key, restored.Epoch) is { } back)
                    NoteRestored(back);
                return true;
            case Failed failed:
                if (_experts.Find(failed.Key) is { } broken)
                    NoteFailure(broken, failed);
                return true;
            case RestoreFailed failed:
                if (_experts.Find(failed.Key, failed.Epoch) is { } lost)
                    NoteRestoreFailure(lost, failed);
                return true;
            case Cloned cloned:
                Begin(cloned);
                return true;
            case Terminated stopped:
                Replace(stopped.ActorRef);
                return true;
            case ImageSaved saved:
                NoteImage(saved);
                return true;
            case ImageFailed(var key, var number, var cause):
                FailCheckpoint(number, $"expert '{_experts.Find(key)?.Id}'", cause);
                return true;
            case FingerprintTaken taken:
                NoteFingerprint(taken);
                return true;
            case SnapshotTaken taken:
                if (_experts.Find(taken.Key, taken.Epoch) is not null)
                    NoteSnapshot(taken);
                return true;
            default:
                return false;
        }
    }

    private bool OnDevice(object message)
    {
        switch (message)
        {
            case TakenUp taken:
                NoteTakenUp(taken);
                return true;
            case DeviceLost(var reason):
                NoteLost(reason);
                return true;
            case NoRoom(var specification, var reason):
                NoteNoRoom(specification, reason);
                return true;
            default:
                return false;
        }
    }

    private bool OnImage(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult { Snapshot: null } or LoadSnapshotFailed when LooksAgain():
                return true;
            case LoadSnapshotResult loaded:
                Load(loaded.Snapshot);
                return true;
            case LoadSnapshotFailed failed:
                NoteUnread(failed.Cause);
                return true;
            default:
                return false;
        }
    }

    private bool OnQuery(object message)
    {
        switch (message)
        {
            case GetProgress(var source):
                Report(source);
                return true;
            case ChangePool(var command):
                _ingest.Take(Sender, command);
                Advance();
                return true;
            case GetReport:
                _reports.Ask(Sender);
                Advance();
                return true;
            case GetPredictor:
                _predictorAskers.Add(Sender);
                Advance();
                return true;
            case Close:
                _ingest.EndAll(new ModelException(Closed));
                Enter(Closing, End);
                Advance();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Does what can be done now, in this phase.</summary>
    private void Advance() => _advance();

    private void Wait()
    {
        // an expert or an image is to come first
    }

    private void Run()
    {
        Work();
        AskForRows();
    }

    private void End()
    {
        Work();
        if (IsDrained && _ingest.IsIdle)
            CloseWhenSaved();
    }

    /// <summary>Mixes what is answered, encodes what has arrived, stores what is due, tells who waits.</summary>
    private void Work()
    {
        MixReady();
        while (_pipeline.HasRoom && !_reports.IsAsked && TakeNext())
            MixReady();
        var isDue = _checkpoints.IsOwed || _kept.Bytes >= _settings.Durability.KeptBytes / 2;
        if (isDue && _checkpoints.Failures == 0)
            BeginCheckpoint();                               // after a failure, in its time
        WriteNext();
        CompleteCheckpoint();
        BeginPredictor();
        GivePredictor();
        Settle();
        _settings.Telemetry.Stands(_rowsUnderWay.Count, _journal.Rows, _gate.Roster);
    }
}
