using MoE.Actors.Gate;
using MoE.Actors.Recovery;
using MoE.Compute;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;

namespace MoE.Actors.Inspection;

/// <summary>Whether the log of a stored model, walked anew, arrives at the numbers of its newest checkpoint.</summary>
public sealed record Verification
{
    /// <summary>What the walk began with; null where the log cannot be walked from anything that is whole.</summary>
    public string? From { get; private init; }

    /// <summary>The checkpoint that was compared with; null where none was.</summary>
    public long? Checkpoint { get; private init; }

    /// <summary>The fingerprint of the walk at that checkpoint.</summary>
    public string? Fingerprint { get; private init; }

    /// <summary>The parts whose numbers are not those of the checkpoint.</summary>
    public IReadOnlyList<string> Differences { get; private init; } = [];

    /// <summary>The last batch of the log.</summary>
    public long LastBatch { get; private init; }

    /// <summary>The fingerprint of the walk at the log's end.</summary>
    public string? LastFingerprint { get; private init; }

    /// <summary>Why a batch of the log cannot be learned, in one sentence; null where each can.</summary>
    public string? Problem { get; private init; }

    /// <summary>What computed batches that were to be walked, where that is not the CPU; null for none.</summary>
    public string? Elsewhere { get; private init; }

    /// <summary>Whether the log could be walked to its end and differed from nothing.</summary>
    public bool Holds => From is not null && Differences.Count == 0 && Problem is null && Elsewhere is null;

    /// <summary>
    /// Walks the log in memory, in one thread: from the oldest checkpoint that is whole, or the beginning, by the
    /// newest one to the end.
    /// </summary>
    public static Verification Of(StoredModel stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var whole = stored.Checkpoints.Select(c => c.Model).OfType<ModelFile>()
            .ToDictionary(model => model.Standing.LastBatch);
        var point = stored.Log.Replay.Points().LastOrDefault(p => p.Checkpoint is null || whole.ContainsKey(p.Number));
        if (point is null)
            return new Verification();
        var from = point.Checkpoint is null ? "its beginning" : $"{point}";
        if (ElsewhereBehind(point.Number, stored.State) is { } elsewhere)
            return new Verification { From = from, Elsewhere = elsewhere };
        var newest = stored.State.Checkpoint is { } checkpoint && checkpoint.Number > point.Number
            ? whole.GetValueOrDefault(checkpoint.Number)
            : null;
        return new Verification { From = from }.Walk(Begin(stored, point, whole), point, stored.Dropped, newest);
    }

    // A device's numbers are not those of the CPU to the bit: to find that would say nothing of the log.
    private static string? ElsewhereBehind(long batch, GateState state)
    {
        foreach (var (i, chosen) in state.Devices.Index())
        {
            var first = Math.Max(batch + 1, chosen.From);
            var last = i + 1 < state.Devices.Count ? state.Devices[i + 1].From - 1 : state.Accepted;
            if (!chosen.Placement.IsCpu && first <= last)
                return $"batches {first} to {last} were computed on {chosen.Placement}";
        }
        return null;
    }

    private static Mixture Begin(StoredModel stored, RecoveryPoint point, Dictionary<long, ModelFile> whole)
    {
        if (point.Checkpoint is not null)
        {
            var model = whole[point.Number];
            return Mixture.From(model with { Options = Still(model.Options) });
        }
        return new Mixture(stored.State.Model!.Schema, Still(stored.State.Model.Options));
    }

    // What growth did is in the log.
    private static MixtureOptions Still(MixtureOptions options) => options with { Growth = GrowthOptions.Off };

    private Verification Walk(
        Mixture mixture, RecoveryPoint point, IReadOnlyList<DroppedExpert> dropped, ModelFile? newest)
    {
        var verification = this;
        var changes = new Queue<RosterChange>(point.Changes);
        Carry(mixture, changes, dropped);
        foreach (var batch in point.Tail)
        {
            if (mixture.Gate.Problem(batch.Rows) is { } problem)
                return verification with { Problem = $"Batch {mixture.Gate.Mixed + 1} cannot be learned: {problem}" };
            mixture.Learn(batch.Rows);
            Carry(mixture, changes, dropped);
            if (mixture.Gate.Mixed == newest?.Standing.LastBatch)
                verification = verification.Compared(mixture.ToModelFile(), newest);
        }
        return verification with { LastBatch = mixture.Gate.Mixed, LastFingerprint = mixture.Fingerprint() };
    }

    private static void Carry(Mixture mixture, Queue<RosterChange> changes, IReadOnlyList<DroppedExpert> dropped)
    {
        while (changes.TryPeek(out var next) && next.From == mixture.Gate.Encoded + 1)
            mixture.Change(changes.Dequeue());
        foreach (var expert in dropped)
            if (expert.From == mixture.Gate.Encoded + 1
                && mixture.Roster.Members.Any(member => member.Origin == expert.Id))
                mixture.Drop(expert);
    }

    private Verification Compared(ModelFile walked, ModelFile stored) => this with
    {
        Checkpoint = stored.Standing.LastBatch,
        Fingerprint = walked.Fingerprint(),
        Differences = [.. walked.PartFingerprints().Zip(stored.PartFingerprints(), (w, s) => (Walked: w, Stored: s))
            .Where(pair => pair.Walked.Fingerprint != pair.Stored.Fingerprint).Select(pair => pair.Walked.Part)],
    };
}
