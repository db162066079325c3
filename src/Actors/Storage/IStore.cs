using Akka.Actor.Setup;
using MoE.Actors.Storage.Marks;
using MoE.Actors.Storage.Postgres;
using MoE.Actors.Storage.Reading;

namespace MoE.Actors.Storage;

/// <summary>Where one model's log and checkpoints lie, held against others until this is disposed of.</summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>What it is called in messages; null where there is nothing to name.</summary>
    string? Name { get; }

    /// <summary>The file of the folder hocon that tells Akka how it is written.</summary>
    string HoconFile { get; }

    /// <summary>What Akka is told of it in code.</summary>
    IEnumerable<Setup> Setups { get; }

    /// <summary>Done, with the reason, when another process may take the model from now on; else never.</summary>
    Task<ModelException> Lost { get; }

    /// <summary>What was found wrong with it when it was opened, though it can be used.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>Done when nothing that was written to the log can be lost any more, not even by a power cut.</summary>
    Task SettleLogAsync();

    /// <summary>What a user can do about a failure of this store; null where there is nothing to add.</summary>
    string? Remedy(Exception cause);

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

    /// <summary>What the store itself finds damaged when it looks itself through, in one sentence each.</summary>
    IReadOnlyList<string> Damages() => [];

    /// <summary>The same of the log alone.</summary>
    IReadOnlyList<string> LogDamages() => [];

    /// <summary>Opens what the options name, and sees that it can be used: Akka would only say after long.</summary>
    /// <exception cref="ModelException">It cannot be used, or is in use.</exception>
    static async Task<IStore> OpenAsync(DurabilityOptions durability, CancellationToken cancel) => durability switch
    {
        { PostgresConnection: { } connection } =>
            await PostgresStore.OpenAsync(new(connection, durability.Model), durability.Sync, cancel),
        { DataDirectory: { } path } => SqliteStore.Open(path, durability.Model, durability.Sync),
        _ => new MemoryStore(),
    };

    /// <summary>Opens what the options name to look at it alone. Nothing is written into a data directory.</summary>
    /// <exception cref="ModelException">It cannot be read, or is in use.</exception>
    static async Task<IStore> OpenToReadAsync(DurabilityOptions durability, CancellationToken cancel) =>
        durability is { DataDirectory: { } path, PostgresConnection: null }
            ? SqliteReader.Open(path, durability.Model)
            : durability.PostgresConnection is { } connection
                ? await PostgresStore.OpenAsync(
                    new(connection, durability.Model), durability.Sync, cancel, isReading: true)
                : new MemoryStore();
}
