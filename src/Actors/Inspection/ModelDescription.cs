using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Actors.Inspection;

/// <summary>All that can be said of a model that does not run, from its stores or from a model file.</summary>
public sealed record ModelDescription
{
    /// <summary>The model's name: that in its stores, or the file's path.</summary>
    public required string Name { get; init; }

    /// <summary>The format that it is stored in.</summary>
    public required int Format { get; init; }

    /// <summary>Columns and target.</summary>
    public required Schema Schema { get; init; }

    /// <summary>Options, the pool among them.</summary>
    public required MixtureOptions Options { get; init; }

    /// <summary>The classes known at the newest whole checkpoint.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>How good the predictions were up to that checkpoint; null where there is none.</summary>
    public Scores? Scores { get; init; }

    /// <summary>After which batch the newest whole checkpoint stands; null where there is none.</summary>
    public long? Batch { get; init; }

    /// <summary>A hash over every number of that checkpoint; null where there is none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How far each source was read, up to the log's end.</summary>
    public required IReadOnlyList<SourcePosition> Sources { get; init; }

    /// <summary>How many gates the log has seen; null for a file.</summary>
    public long? Epoch { get; init; }

    /// <summary>
    /// What computed experts, in the order of the log, as far as it is kept; before the first, and where there is none,
    /// the CPU.
    /// </summary>
    public IReadOnlyList<DeviceDescription> Devices { get; init; } = [];

    /// <summary>What lies in the log; null for a file.</summary>
    public LogDescription? Log { get; init; }

    /// <summary>The checkpoints that are kept, newest first.</summary>
    public required IReadOnlyList<CheckpointDescription> Checkpoints { get; init; }

    /// <summary>The experts, in the pool's order.</summary>
    public required IReadOnlyList<ExpertDescription> Roster { get; init; }

    /// <summary>How good each expert was up to the newest whole checkpoint; none where there is no such.</summary>
    public IReadOnlyList<ExpertScore> ExpertScores { get; init; } = [];

    /// <summary>Images that were looked at.</summary>
    public required int Images { get; init; }

    /// <summary>Everything that is damaged, in one sentence each.</summary>
    public IReadOnlyList<string> Damages { get; init; } = [];

    /// <summary>Rows that were learned, up to the log's end.</summary>
    public long Rows => Sources.Count > 0 ? Sources.Sum(s => s.Rows) : Scores?.Rows ?? 0;

    /// <summary>Rows that were refused.</summary>
    public long Refused => Sources.Count > 0 ? Sources.Sum(s => s.Offset - s.Rows) : Scores?.Refused ?? 0;

    /// <summary>The picture of a stored model.</summary>
    public static ModelDescription Of(StoredModel stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var (created, log) = (stored.State.Model!, stored.Log);
        var newest = stored.Checkpoints is [var first, ..] ? first : null;
        return new ModelDescription
        {
            Name = stored.Name,
            Format = created.Format,
            Schema = created.Schema,
            Options = created.Options,
            Sources = [.. stored.State.Sources.Values],
            Epoch = stored.State.Epoch,
            Devices = [.. stored.State.Devices.Select(chosen => new DeviceDescription(chosen.From, chosen.Placement))],
            Log = new LogDescription(log.Replay.Events, log.Bytes, log.FirstBatch, log.LastBatch),
            Checkpoints = [.. stored.Checkpoints.Select(
                c => new CheckpointDescription(c.Number, c.GateBytes, c.ExpertBytes.Sum(), c.Damages))],
            Roster = RosterOf(stored.State.Roster, stored.Dropped, newest),
            Images = stored.Images,
            Damages = stored.Damages,
        }.With(stored.NewestWhole);
    }

    /// <summary>The picture of a model file.</summary>
    /// <exception cref="ModelFileException">One of its images is damaged; the message says which.</exception>
    public static ModelDescription Of(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (at, bytes) = (file.Progress.LastBatch, file.Experts.Select(image => (long)image.Length).ToList());
        var sizes = file.Roster.Members.Zip(bytes, (member, size) => (member.Key, Size: size))
            .ToDictionary(image => image.Key, image => image.Size);
        return new ModelDescription
        {
            Name = file.Name,
            Format = ModelFile.Format,
            Schema = file.Schema,
            Options = file.Options,
            Sources = file.Progress.Sources,
            Checkpoints = [new CheckpointDescription(at, file.Gate.Length, bytes.Sum(), [])],
            Roster = [.. file.Roster.With(file.Progress.Changes).Members.Select(member => new ExpertDescription(
                member, DroppedIn(file.Progress.Dropped, member), sizes.GetValueOrDefault(member.Key) > 0 ? at : 0,
                sizes.GetValueOrDefault(member.Key)))],
            Images = 1 + bytes.Count(b => b > 0),
        }.With(file);
    }

    private static List<ExpertDescription> RosterOf(
        Roster roster, IReadOnlyList<DroppedExpert> dropped, StoredCheckpoint? newest) =>
        [.. roster.Members.Select(member => new ExpertDescription(member, DroppedIn(dropped, member),
            newest?.ImageOf(member.Key) ?? 0, newest?.BytesOf(member.Key) ?? 0))];

    private static DroppedExpert? DroppedIn(IReadOnlyList<DroppedExpert> dropped, Member member) =>
        dropped.FirstOrDefault(expert => expert.Id == member.Origin);

    // An expert may have got another id since, and another expert the one that it had.
    private ExpertScore Called((ExpertScore Score, Member Member) then) =>
        Roster.FirstOrDefault(expert => expert.Member.Key == then.Member.Key) is { } now
            ? then.Score with { Id = now.Spec.Id }
            : then.Score;

    private ModelDescription With(ModelFile? whole)
    {
        if (whole is null)
            return this;
        var gate = Mixture.From(whole).Gate;
        return this with
        {
            Classes = gate.Vocabulary.Classes,
            Scores = gate.Scores(),
            ExpertScores = [.. gate.ExpertScores().Zip(gate.Roster.Members).Select(Called)],
            Batch = whole.Progress.LastBatch,
            Fingerprint = whole.Fingerprint(),
        };
    }
}

/// <summary>What lies in a log.</summary>
/// <param name="Events">Events, damaged ones among them.</param>
/// <param name="Bytes">Bytes of those that could be read.</param>
/// <param name="FirstBatch">Number of the first batch in it; 0 where there is none.</param>
/// <param name="LastBatch">Number of the last one.</param>
public sealed record LogDescription(long Events, long Bytes, long FirstBatch, long LastBatch);

/// <summary>A checkpoint that is kept.</summary>
/// <param name="Batch">Number of the batch after which it stands.</param>
/// <param name="GateBytes">Bytes of the gate's image.</param>
/// <param name="ExpertBytes">Bytes of the experts' images.</param>
/// <param name="Damages">What of it is damaged; none where it is whole.</param>
public sealed record CheckpointDescription(
    long Batch, long GateBytes, long ExpertBytes, IReadOnlyList<string> Damages);
