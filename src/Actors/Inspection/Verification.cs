using MoE.Actors.Devices;
using MoE.Actors.Gate.Recovery;
using MoE.Compute;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Growth;
using MoE.Compute.ModelFiles;

namespace MoE.Actors.Inspection;

/// <summary>Whether the log of a stored model, replayed, arrives at the numbers of its newest checkpoint.</summary>
public sealed record Verification
{
    /// <summary>What the replay began with; null where there is nothing whole to replay the log from.</summary>
    public string? From { get; private init; }

    /// <summary>The checkpoint that was compared with; null where none was.</summary>
    public long? Checkpoint { get; private init; }

    /// <summary>The fingerprint of the replay at that checkpoint.</summary>
    public string? Fingerprint { get; private init; }

    /// <summary>The parts whose numbers are not those of the checkpoint.</summary>
    public IReadOnlyList<string> Differences { get; private init; } = [];

    /// <summary>The last batch of the log, where all of it was replayed; else 0.</summary>
    public long LastBatch { get; private init; }

    /// <summary>The fingerprint of the replay at the log's end; null where it was not replayed so far.</summary>
    public string? LastFingerprint { get; private init; }

    /// <summary>Why a batch of the log cannot be learned, in one sentence; null where each can.</summary>
    public string? Problem { get; private init; }

    /// <summary>What of the log was not replayed, and why, without a full stop; null where all of it was.</summary>
    public string? Left { get; private init; }

    /// <summary>The devices on which batches were replayed that a device had computed.</summary>
    public IReadOnlyList<string> Devices { get; private init; } = [];

    /// <summary>Whether the log could be replayed to its end and differed from nothing.</summary>
    public bool Holds => From is not null && Differences.Count == 0 && Problem is null && Left is null;

    /// <summary>
    /// Learns the log again in memory, in one thread: from the oldest whole checkpoint, or the beginning, by the
    /// newest one to the end. What a device computed, a device computes again: the one that is named, else the same
    /// one, or one of another name that is described alike.
    /// </summary>
    /// <param name="stored">The model.</param>
    /// <param name="device">The device's name; null for the one of the log.</param>
    /// <exception cref="InvalidOptionsException">The device that is named is not there.</exception>
    /// <exception cref="DeviceException">A device refuses or fails.</exception>
    public static Verification Of(StoredModel stored, string? device = null)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.State.Model is not { } model || stored.State.Devices.All(chosen => chosen.Placement.IsCpu))
            return Of(stored, []);
        using var open = new OpenDevices();
        var compute = new ComputeOptions { Device = device ?? ComputeOptions.Auto };
        var found = DeviceOffer.Find(compute, open).Devices;
        return Of(stored, [.. found.Where(one => device is null || one.Name == device)], isNamed: device is not null);
    }

    /// <summary>As the other, with devices of the caller's, any of which will do where they are named.</summary>
    internal static Verification Of(StoredModel stored, IReadOnlyList<DeviceSettings> devices, bool isNamed = false)
    {
        var whole = stored.Checkpoints.Select(c => c.Model).OfType<ModelFile>()
            .ToDictionary(model => model.Progress.LastBatch);
        var point = stored.Log.Replay.Points().LastOrDefault(p => p.Checkpoint is null || whole.ContainsKey(p.Number));
        if (point is null)
            return new Verification();
        var plan = ReplayPlan.Of(point.Number, stored.State, placement => isNamed
            ? devices is [var named, ..] ? named : null
            : ReplayPlan.Find(devices, placement));
        var newest = stored.State.Checkpoint is { } checkpoint && checkpoint.Number > point.Number
            ? whole.GetValueOrDefault(checkpoint.Number)
            : null;
        var begun = new Verification
        {
            From = point.Checkpoint is null ? "the beginning" : $"{point}",
            Left = plan.Left,
            Devices = [.. plan.Devices.Select(device => $"{device.Name} ({device.Description})")],
        };
        using var replay = new LogReplay(Begin(stored, point, whole), plan, point.Changes, stored.Dropped);
        return begun.Replay(replay, point, newest);
    }

    private static Mixture Begin(StoredModel stored, RecoveryPoint point, Dictionary<long, ModelFile> whole)
    {
        if (point.Checkpoint is not null)
        {
            var model = whole[point.Number];
            return Mixture.From(model with { Options = Still(model.Options) });
        }
        return Mixture.Begun(stored.State.Model!.Schema, Still(stored.State.Model.Options));
    }

    // What growth did is in the log.
    private static MixtureOptions Still(MixtureOptions options) => options with { Growth = GrowthOptions.Off };

    private Verification Replay(LogReplay replay, RecoveryPoint point, ModelFile? newest)
    {
        var (verification, mixture) = (this, replay.Mixture);
        foreach (var batch in point.Tail)
        {
            if (mixture.Gate.Problem(batch.Rows) is { } problem)
                return verification with { Problem = $"Batch {mixture.Gate.Mixed + 1} cannot be learned: {problem}" };
            if (!replay.TryLearn(batch.Rows))
                return verification;
            if (mixture.Gate.Mixed == newest?.Progress.LastBatch)
                verification = verification.Compared(mixture.ToModelFile(), newest);
        }
        return verification with { LastBatch = mixture.Gate.Mixed, LastFingerprint = mixture.Fingerprint() };
    }

    // A checkpoint knows nothing of what comes between its batch and the next.
    private Verification Compared(ModelFile replayed, ModelFile stored) => this with
    {
        Checkpoint = stored.Progress.LastBatch,
        Fingerprint = (replayed with { Progress = replayed.Progress with { Changes = [] } }).Fingerprint(),
        Differences = [.. replayed.PartFingerprints().Zip(stored.PartFingerprints(), (w, s) => (Replayed: w, Stored: s))
            .Where(pair => pair.Replayed.Fingerprint != pair.Stored.Fingerprint).Select(pair => pair.Replayed.Part)],
    };
}
