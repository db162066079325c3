namespace MoE.Torture.Tests.Storage;

/// <summary>An event of the log as far as it matters here.</summary>
/// <param name="Sequence">Its number in the log.</param>
/// <param name="Manifest">What it is.</param>
/// <param name="IsDeleted">Whether it only stays for its number.</param>
internal sealed record StoredEvent(long Sequence, string Manifest, bool IsDeleted)
{
    public bool HoldsRows => Manifest.StartsWith("moe.batches-accepted.", StringComparison.Ordinal);

    public bool IsCheckpoint => Manifest.StartsWith("moe.checkpoint-completed.", StringComparison.Ordinal);
}

/// <summary>A complete checkpoint: its event, its batch, and the last event that it makes dispensable.</summary>
internal sealed record StoredCheckpoint(long Sequence, long Batch, long Barrier);

/// <summary>A snapshot; <paramref name="Created"/> tells it from one of the same number by another life.</summary>
internal sealed record StoredImage(string Id, long Batch, long Created);

/// <summary>What the store of a model holds while no process has it open.</summary>
internal sealed record StoredModel(
    IReadOnlyList<StoredEvent> Events, IReadOnlyList<StoredCheckpoint> Checkpoints, IReadOnlySet<StoredImage> Images)
{
    public static readonly StoredModel Empty = new([], [], new HashSet<StoredImage>());

    private long LastEvent => Events.Count == 0 ? 0 : Events[^1].Sequence;

    private long LastCheckpoint => Checkpoints.Count == 0 ? 0 : Checkpoints[^1].Batch;

    /// <summary>What was interrupted in the life that found <paramref name="before"/> and left this.</summary>
    public KillPhase PhaseAfter(StoredModel before)
    {
        if (LastEvent == before.LastEvent)
            return KillPhase.Start;
        if (Images.Any(image => image.Batch > LastCheckpoint && !before.Images.Contains(image)))
            return KillPhase.Checkpoint;
        if (LastCheckpoint > before.LastCheckpoint && HasDispensable())
            return KillPhase.Truncation;
        return Events.Any(e => e.Sequence > before.LastEvent && e.HoldsRows) ? KillPhase.Learning : KillPhase.Recovery;
    }

    /// <summary>Whether something is there that the second-newest complete checkpoint does not need.</summary>
    public bool HasDispensable()
    {
        if (Checkpoints.Count < 2)
            return false;
        var kept = Checkpoints[^2];
        return Events.Any(e => !e.IsDeleted && e.Sequence <= kept.Barrier)
            || Images.GroupBy(image => image.Id).Any(images => HasOlderThanNeeded([.. images], kept.Batch));
    }

    // An expert that has not changed keeps an image from before the checkpoint.
    private static bool HasOlderThanNeeded(List<StoredImage> images, long batch)
    {
        var needed = images.Where(image => image.Batch <= batch).Select(image => image.Batch).DefaultIfEmpty().Max();
        return images.Exists(image => image.Batch < needed);
    }
}
