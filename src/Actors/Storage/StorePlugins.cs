namespace MoE.Actors.Storage;

/// <summary>
/// The plugins of Akka.Persistence by which a model is written. They have names of our own, so that a system may have
/// others, for actors of its own.
/// </summary>
/// <param name="Journal">Id of the log's.</param>
/// <param name="Snapshots">Id of the images'.</param>
internal sealed record StorePlugins(string Journal, string Snapshots)
{
    private const string JournalId = "akka.persistence.journal.moe";
    private const string SnapshotsId = "akka.persistence.snapshot-store.moe";

    /// <summary>Those of a store where all models share them.</summary>
    public static StorePlugins Default { get; } = new(JournalId, SnapshotsId);

    /// <summary>One of several pairs.</summary>
    /// <param name="name">What tells them apart.</param>
    public static StorePlugins Of(string name) => new($"{JournalId}-{name}", $"{SnapshotsId}-{name}");
}
