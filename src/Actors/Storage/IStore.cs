using Akka.Actor.Setup;
using MoE.Actors.Storage.Marks;
using MoE.Actors.Storage.Postgres;
using MoE.Actors.Storage.Reading;

namespace MoE.Actors.Storage;

/// <summary>Where the models of a node lie: a data directory, a database, or memory.</summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>Its name in messages; null if there is nothing to name.</summary>
    string? Name { get; }

    /// <summary>Akka's settings for it.</summary>
    Akka.Configuration.Config Config { get; }

    /// <summary>Akka's settings for it that only code can give.</summary>
    IEnumerable<Setup> Setups { get; }

    /// <summary>The plugins that read the logs of models that are not open.</summary>
    StorePlugins Reading => StorePlugins.Default;

    /// <summary>What was found wrong with it when it was opened, though it can be used.</summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>Takes it for this process, and sees that it can be used: Akka would only say after long.</summary>
    /// <exception cref="ModelException">It cannot be used, or is in use.</exception>
    void Open()
    {
        // nothing to take where each model is taken by itself
    }

    /// <summary>Takes one of its models for this process, be it there already or not.</summary>
    /// <exception cref="ModelException">It is in use, or cannot be had.</exception>
    Task<IModelStore> OpenModelAsync(string model, CancellationToken cancel);

    /// <summary>The names of the models that have a log, sorted.</summary>
    /// <exception cref="ModelException">The store cannot be read.</exception>
    Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel);

    /// <summary>
    /// Deletes a model that is not open; the log last, so that what was broken off can be repeated. Nothing happens
    /// where there is none.
    /// </summary>
    /// <exception cref="ModelException">It is in use, or cannot be deleted.</exception>
    Task DeleteModelAsync(string model, CancellationToken cancel);

    /// <summary>What a user can do about a failure of this store; null where there is nothing to add.</summary>
    string? Remedy(Exception cause) => null;

    /// <summary>What the store itself finds damaged when it looks itself through, in one sentence each.</summary>
    IReadOnlyList<string> Damages() => [];

    /// <summary>The store that the options name. Takes nothing yet.</summary>
    static IStore Of(DurabilityOptions durability, int models) => durability switch
    {
        { PostgresConnection: { } connection } => new PostgresStore(connection, durability.Sync, models),
        { DataDirectory: { } path } => new SqliteStore(path, durability.Sync),
        _ => new MemoryStore(),
    };

    /// <summary>The same, only to be read. Nothing is written into a data directory.</summary>
    static IStore ToRead(DurabilityOptions durability) => durability switch
    {
        { PostgresConnection: { } connection } =>
            new PostgresStore(connection, durability.Sync, models: 1) { IsReading = true },
        { DataDirectory: { } path } => new SqliteReader(path),
        _ => new MemoryStore(),
    };
}

/// <summary>
/// Where one model's log and checkpoints lie in a store, held against others until this is disposed of.
/// </summary>
internal interface IModelStore : IAsyncDisposable
{
    /// <summary>Its name in messages of a process with one model; null if there is nothing to name.</summary>
    string? Name { get; }

    /// <summary>Its name in messages of a process with several models.</summary>
    string FullName { get; }

    /// <summary>The plugins that read and write it.</summary>
    StorePlugins Plugins => StorePlugins.Default;

    /// <summary>Done, with the reason, when another process may take the model from now on; else never.</summary>
    Task<ModelException> Lost { get; }

    /// <summary>Done when nothing that was written to the log can be lost any more, not even by a power cut.</summary>
    Task SettleLogAsync() => Task.CompletedTask;

    /// <summary>
    /// What is known of the log from outside it. A database server answers for its own files, of which none can be cut
    /// short or put back alone, and so needs no mark beside the log.
    /// </summary>
    LogEvidence Evidence => LogEvidence.None;

    /// <summary>Notes how far the log is acknowledged, before anyone is told.</summary>
    /// <exception cref="ModelException">It cannot be noted.</exception>
    void Acknowledge(Acknowledged last)
    {
        // nothing to note where no mark is kept
    }

    /// <summary>What is damaged in the log's files, as the store finds it, in one sentence each.</summary>
    IReadOnlyList<string> LogDamages() => [];
}

/// <summary>
/// The plugins of Akka.Persistence by which a model is written. They have names of our own, so that a system may have
/// others, for actors of its own.
/// </summary>
/// <param name="Journal">Id of the plugin for the log.</param>
/// <param name="Snapshots">Id of the plugin for the images.</param>
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
