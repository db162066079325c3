using Akka.Actor;
using Akka.Event;
using MoE.Actors.Nodes;
using MoE.Actors.Storage;
using MoE.Actors.Storage.Marks;
using MoE.Actors.Telemetry;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

/// <summary>The phases of a gate, in their order; each takes other messages.</summary>
internal enum GatePhase
{
    /// <summary>The log is read, and it is found out what computes for the experts.</summary>
    Opening,

    /// <summary>Gate and experts come back to one checkpoint, or to an older one if that is damaged.</summary>
    Restoring,

    /// <summary>The log's batches since are learned again.</summary>
    Replaying,

    /// <summary>Rows are learned as they come.</summary>
    Running,

    /// <summary>What was taken is learned and stored; nothing more is taken.</summary>
    Closing,
}

/// <summary>What only the actor itself can do for the parts of a gate.</summary>
internal interface IGateShell
{
    /// <summary>The actor's place among others.</summary>
    IActorContext Context { get; }

    /// <summary>Where warnings go.</summary>
    ILoggingAdapter Log { get; }

    /// <summary>The store of images.</summary>
    IActorRef Images { get; }

    /// <summary>Sequence number of the log's last event.</summary>
    long LastSequence { get; }

    /// <summary>Stores events; no other message is taken until they are.</summary>
    void Persist(IReadOnlyList<IGateEvent> events, Action<IGateEvent> stored, Action done);

    /// <summary>Stores events after those given before, while other messages are taken.</summary>
    void PersistMeanwhile(IReadOnlyList<IGateEvent> events, Action<IGateEvent> stored);

    /// <summary>Deletes the log's events up to one.</summary>
    void DeleteEvents(long lastSequence);

    /// <summary>Begins a phase.</summary>
    void Enter(GatePhase phase);

    /// <summary>Takes the messages again that had to wait.</summary>
    void TakeWaiting();

    /// <summary>Has checkpoints made from now on, in their time.</summary>
    void StartCheckpoints();

    /// <summary>Does what can be done now, in this phase.</summary>
    void Advance();
}

/// <summary>
/// What the parts of one gate share: what the log says, the numbers, what is under way, and the parts themselves. Used
/// by the gate's actor alone.
/// </summary>
internal sealed class GateCore
{
    /// <summary>A gate before its log is read.</summary>
    public GateCore(GateSettings settings, IGateShell shell)
    {
        (Settings, Shell) = (settings, shell);
        Node = NodeParts.Of(shell.Context.System);
        Pipeline = new Pipeline(settings.Options.Window);
        Directory = new ExpertDirectory(Kept, Pipeline);
        Devices = new GateDevices(this);
        Gate = NewGate(Roster.Of(settings.Options));
        Experts = new GateExperts(this);
        Checkpoints = new GateCheckpoints(this);
        Pool = new GatePool(this);
        Predictors = new GatePredictors(this);
        Reports = new GateReports(this);
        Stream = new GateStream(this);
        Recovery = new GateRecovery(this);
    }

    /// <summary>What the gate is made of.</summary>
    public GateSettings Settings { get; }

    /// <summary>What only the actor can do.</summary>
    public IGateShell Shell { get; }

    /// <summary>Takes what is to be measured.</summary>
    public GateTelemetry Telemetry => Settings.Telemetry;

    /// <summary>What it shares with other models.</summary>
    public NodeParts Node { get; }

    /// <summary>What the log says.</summary>
    public GateState State { get; private set; } = GateState.Empty;

    /// <summary>Encoder, router and mixers.</summary>
    public Compute.Gating.Gate Gate { get; private set; }

    /// <summary>The batches under way.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>The batches since the last checkpoint.</summary>
    public KeptBatches Kept { get; } = new();

    /// <summary>What is on its way into the log.</summary>
    public JournalQueue Journal { get; } = new();

    /// <summary>The experts that there are.</summary>
    public ExpertDirectory Directory { get; }

    /// <summary>The pool over time.</summary>
    public RosterTimeline Timeline { get; } = new();

    /// <summary>The producers, and what waits of them.</summary>
    public Ingest<IActorRef> Ingest { get; } = new();

    public GateDevices Devices { get; }

    public GateExperts Experts { get; }

    public GateCheckpoints Checkpoints { get; }

    public GatePool Pool { get; }

    public GatePredictors Predictors { get; }

    public GateReports Reports { get; }

    public GateStream Stream { get; }

    public GateRecovery Recovery { get; }

    /// <summary>Under which ids the model is stored.</summary>
    public StorageIds Ids => new(Settings.Name, State.Model!.Format);

    /// <summary>Whether every batch that was encoded is mixed and stored.</summary>
    public bool IsDrained => Pipeline.IsEmpty && Journal.IsEmpty;

    /// <summary>Begins with what was read of the log.</summary>
    public void Begin(GateState state) => State = state;

    /// <summary>Says how much is under way.</summary>
    public void MeasureState() => Telemetry.NoteState(Stream.UnderWay, Journal.Rows, Gate.Roster);

    /// <summary>Takes over an event.</summary>
    public void Apply(IGateEvent e) => State = State.Apply(e);

    /// <summary>Begins anew with a pool, and numbers that have seen nothing.</summary>
    public void BeginGate(Roster roster) => Gate = NewGate(roster);

    private Compute.Gating.Gate NewGate(Roster roster)
    {
        var gate = new Compute.Gating.Gate(Settings.Schema, Settings.Options, roster);
        if ((Devices.Banks ?? Node.Banks) is { } banks)
            gate.ScoreBanks(banks);
        return gate;
    }
}

/// <summary>What a gate is made of. Its log is <c>model-NAME</c>.</summary>
internal sealed record GateSettings(string Name, Schema Schema, MixtureOptions Options, DurabilityOptions Durability)
{
    /// <summary>Done when nothing that was written to the log can be lost any more, not even by a power cut.</summary>
    public Func<Task> SettleLog { get; init; } = () => Task.CompletedTask;

    /// <summary>What the store knows of the log from outside it.</summary>
    public LogEvidence Evidence { get; init; } = LogEvidence.None;

    /// <summary>Notes how far the log is acknowledged.</summary>
    public Action<Acknowledged> Acknowledge { get; init; } = _ => { };

    /// <summary>What the store finds damaged in the log's files, in one sentence each.</summary>
    public Func<IReadOnlyList<string>> LogDamages { get; init; } = () => [];

    /// <summary>The plugins that write log and images.</summary>
    public StorePlugins Plugins { get; init; } = StorePlugins.Default;

    /// <summary>Takes what is to be measured.</summary>
    public GateTelemetry Telemetry { get; init; } = new("", TimeProvider.System);
}
