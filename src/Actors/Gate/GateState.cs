using System.Collections.Immutable;
using MoE.Actors.Devices;
using MoE.Actors.Gate.Recovery;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;
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

    // Stands for a source whose SourceOpened was deleted, until the checkpoint comes that knows it.
    private static readonly SourceId Unknown = SourceId.Stream("");

    /// <summary>What the model is; null before it is created.</summary>
    public ModelCreated? Model { get; init; }

    /// <summary>How many gates there were; messages of older ones are refused.</summary>
    public long Epoch { get; init; }

    /// <summary>Number of the last batch accepted; 0 before the first.</summary>
    public long Accepted { get; init; }

    /// <summary>How far every source was read up to that batch, by index.</summary>
    public ImmutableSortedDictionary<int, SourcePosition> Sources { get; init; } =
        ImmutableSortedDictionary<int, SourcePosition>.Empty;

    /// <summary>The pool that the next batch meets.</summary>
    public Roster Roster { get; init; } = new([], 0);

    /// <summary>Changes of the pool since the older of the two newest checkpoints.</summary>
    public ImmutableList<RosterChange> Changes { get; init; } = [];

    /// <summary>The experts out of the pool, by origin.</summary>
    public ImmutableSortedDictionary<string, DroppedExpert> Dropped { get; init; } =
        ImmutableSortedDictionary<string, DroppedExpert>.Empty;

    /// <summary>
    /// Where experts were computed, in the order of the log, as far as it matters behind the older of the two newest
    /// checkpoints; before the first, on the CPU.
    /// </summary>
    public ImmutableList<DeviceChosen> Devices { get; init; } = [];

    /// <summary>Where the experts of the next batch are computed.</summary>
    public Placement Placement => Devices.LastOrDefault()?.Placement ?? Placement.Cpu;

    /// <summary>The newest complete checkpoint.</summary>
    public CheckpointCompleted? Checkpoint { get; init; }

    /// <summary>The one before it.</summary>
    public CheckpointCompleted? Previous { get; init; }

    // Those that went lately may still walk batches that were under way then.
    private IEnumerable<Member> Known => Roster.Members.Concat(Changes.Select(change => change.Member));

    /// <summary>The events of a command, or the reason why it is refused.</summary>
    public Decision<IGateEvent> Decide(IGateCommand command) => command switch
    {
        OpenModel(_, var options) when Model is null && options.ProblemsOfNew() is [var problem, ..] =>
            Refuse(problem),
        OpenModel(var schema, var options) when Model is null => Accept(
            new ModelCreated(ModelCreated.CurrentFormat, schema, options), new EpochStarted(Epoch + 1)),
        OpenModel open when ModelDifference.Between(Model, open) is { } reason => Refuse(reason),
        OpenModel => Accept(new EpochStarted(Epoch + 1)),

        AcceptBatch(var id, var rows) => DecideRows(id, rows),

        DropExpert(var id, _, _) when !Known.Any(member => member.Origin == id) =>
            Refuse($"There is no expert '{id}'."),
        DropExpert(var id, _, _) when Dropped.ContainsKey(id) => Nothing(),
        DropExpert(var id, var from, var reason) => Accept(
            new ExpertDropped(new DroppedExpert(id, from, reason))),

        ChangeRoster(var change, var from) => Roster.Decide(change, from, Model!.Options.Seed) switch
        {
            { Refusal: { } reason } => Refuse(reason),
            { Change: { } changed } => Accept(new RosterChanged(changed)),
            _ => Nothing(),
        },

        ChooseDevice(var placement, _) when placement == Placement => Nothing(),
        ChooseDevice(var placement, var from) => Accept(new DeviceChosen(from, placement)),

        CompleteCheckpoint { Number: var number } when number <= (Checkpoint?.Number ?? 0) => Nothing(),
        CompleteCheckpoint { Number: var number } when number > Accepted =>
            Refuse($"Batch {number} of the checkpoint was not accepted; the last one is {Accepted}."),
        CompleteCheckpoint(var number, var barrier, var sources, var roster, var images) => Accept(
            new CheckpointCompleted(
                number, barrier, Epoch, Model!, sources, [.. DroppedOf(roster)], roster, images)
            {
                Device = Devices.LastOrDefault(),
            }),

        DiscardCheckpoint(var number, _) when number != Checkpoint?.Number => Nothing(),
        DiscardCheckpoint(var number, var reason) => Accept(new CheckpointDiscarded(number, reason)),

        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "The gate has no such command."),
    };

    /// <summary>The state after <paramref name="e"/>. Total: an event that was stored always applies.</summary>
    public GateState Apply(IGateEvent e) => e switch
    {
        ModelCreated created => this with { Model = created, Roster = Roster.Of(created.Options) },
        EpochStarted(var epoch) => this with { Epoch = epoch },
        SourceOpened(var index, var id) => this with
        {
            Sources = Sources.SetItem(index, PositionOf(index) with { Id = id }),
        },
        BatchesAccepted accepted => this with { Accepted = accepted.Last, Sources = Advance(accepted.Batches) },
        ExpertDropped(var expert) => this with { Dropped = Dropped.SetItem(expert.Id, expert) },
        RosterChanged(var change) => this with { Roster = Roster.With(change), Changes = Changes.Add(change) },
        DeviceChosen chosen => this with { Devices = Devices.Add(chosen) },
        CheckpointCompleted done => this with
        {
            Roster = done.Roster.With(Changes.Where(change => change.From > done.Number)),
            Changes = ChangesFrom(Checkpoint),
            Model = done.Model,
            Epoch = Math.Max(Epoch, done.Epoch),
            Accepted = Math.Max(Accepted, done.Number),
            Sources = Complete(done.Sources),
            Dropped = Remaining(done),
            Devices = DevicesFrom(done),
            Checkpoint = done,
            Previous = Checkpoint,
        },
        CheckpointDiscarded => this with { Checkpoint = Previous, Previous = null },
        UnreadableEvent => this,
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, "The gate has no such event."),
    };

    /// <summary>The snapshot that an expert is to be restored from; 0 where it begins afresh.</summary>
    public long ImageOf(long key) => Checkpoint?.ImageOf(key) ?? 0;

    /// <summary>
    /// The newest snapshot of an expert that no checkpoint from <paramref name="oldest"/> on needs; 0 for none. A newer
    /// checkpoint may need an older snapshot: an expert that came back from one, and did not change, stays with it.
    /// </summary>
    public long DispensableImageOf(long key, CheckpointCompleted oldest)
    {
        var needed = Math.Min(oldest.ImageOf(key), ImageOf(key));
        return Math.Max(0, Math.Min(needed, Previous?.ImageOf(key) ?? needed) - 1);
    }

    /// <summary>How far a source was read.</summary>
    public SourcePosition PositionIn(SourceId id) => SourceMatch.Find(Sources, id) is >= 0 and var index
        ? Sources[index]
        : new SourcePosition(id, 0, 0);

    /// <summary>Why a source cannot be learned, in one sentence; null where it can.</summary>
    public string? ProblemOf(SourceId id) => SourceMatch.Problem(Sources, id);

    /// <summary>What is wrong with rows that do not follow those read, in one sentence.</summary>
    public static string Gap(RowBatch rows, long read) =>
        $"The source gave rows from row {rows.FirstOffset + 1} on; it must continue after row "
        + $"{read}, the last that the model has read.";

    private Decision<IGateEvent> DecideRows(SourceId id, RowBatch rows)
    {
        var index = SourceMatch.Find(Sources, id);
        var position = index < 0 ? new SourcePosition(id, 0, 0) : Sources[index];
        if (rows.FirstOffset > position.Offset)
            return Refuse(Gap(rows, position.Offset));
        if (rows.NextOffset <= position.Offset)
            return Nothing();
        var isKnown = index >= 0 && position.Id == id;
        index = index >= 0 ? index : Sources.Count;
        var fresh = rows.After(position.Offset);
        var accepted = new BatchesAccepted(
            Accepted + 1, [new AcceptedBatch(index, position.Rows + fresh.Rows, fresh)]);
        return isKnown ? Accept(accepted) : Accept(new SourceOpened(index, id), accepted);
    }

    private IEnumerable<DroppedExpert> DroppedOf(Roster roster) =>
        roster.Members.Select(member => Dropped.GetValueOrDefault(member.Origin)).OfType<DroppedExpert>();

    private ImmutableList<RosterChange> ChangesFrom(CheckpointCompleted? checkpoint) =>
        Changes.RemoveAll(change => change.From <= (checkpoint?.Number ?? 0));

    // Of those up to the checkpoint that becomes the older one, the last.
    private ImmutableList<DeviceChosen> DevicesFrom(CheckpointCompleted done)
    {
        var known = Devices.IsEmpty && done.Device is { } device ? [device] : Devices;
        var first = known.FindLastIndex(chosen => chosen.From <= (Checkpoint?.Number ?? 0) + 1);
        return first > 0 ? known.RemoveRange(0, first) : known;
    }

    // Those that are in the pool, or were in it with a checkpoint that is kept.
    private ImmutableSortedDictionary<string, DroppedExpert> Remaining(CheckpointCompleted done)
    {
        var present = Roster.Members.Concat(done.Roster.Members)
            .Concat(ChangesFrom(Checkpoint).Select(change => change.Member)).Select(member => member.Origin);
        return Dropped.SetItems(done.Dropped.Select(e => KeyValuePair.Create(e.Id, e)))
            .RemoveRange(Dropped.Keys.Except(present));
    }

    private SourcePosition PositionOf(int index) => Sources.GetValueOrDefault(index) ?? new(Unknown, 0, 0);

    private ImmutableSortedDictionary<int, SourcePosition> Advance(IReadOnlyList<AcceptedBatch> batches)
    {
        var sources = Sources;
        for (var i = 0; i < batches.Count; i++)
            if (i == batches.Count - 1 || batches[i + 1].Source != batches[i].Source)
                sources = sources.SetItem(batches[i].Source, new SourcePosition(
                    PositionOf(batches[i].Source).Id, batches[i].Rows.NextOffset, batches[i].Learned));
        return sources;
    }

    // The checkpoint may be of a batch before the last one, and then knows less; but it knows every source.
    private ImmutableSortedDictionary<int, SourcePosition> Complete(IReadOnlyList<SourcePosition> positions)
    {
        var sources = Sources;
        for (var index = 0; index < positions.Count; index++)
        {
            var (then, now) = (positions[index], PositionOf(index));
            var id = now.Id == Unknown || then.Id.Length > now.Id.Length ? then.Id : now.Id;   // files only grow
            sources = sources.SetItem(index, new SourcePosition(
                id, Math.Max(then.Offset, now.Offset), Math.Max(then.Rows, now.Rows)));
        }
        return sources;
    }
}
