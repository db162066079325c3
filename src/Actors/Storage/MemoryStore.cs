using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace MoE.Actors.Storage;

/// <summary>Nothing outlives the process; a model that is closed can be opened again as long as that lives.</summary>
internal sealed class MemoryStore : IStore
{
    private readonly MemoryTables _tables = new();

    public string? Name => null;

    public Config Config => Hocon.Read("persistence.memory.hocon");

    public IEnumerable<Setup> Setups => [_tables];

    public Task<IModelStore> OpenModelAsync(string model, CancellationToken cancel) =>
        Task.FromResult<IModelStore>(new Part(model));

    public Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>(
            [.. _tables.Logs.Select(ImageOwners.OfLog).OfType<string>().Order(StringComparer.Ordinal)]);

    public async Task DeleteModelAsync(string model, CancellationToken cancel)
    {
        var models = await ModelsAsync(cancel);
        foreach (var id in ImageOwners.Deletable(model, _tables.Images, models))
            _tables.DeleteImages(id);
        _tables.DeleteLog(StorageIds.Log(model));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>One model.</summary>
    private sealed class Part(string model) : IModelStore
    {
        public string? Name => null;

        public string FullName => $"model '{model}'";

        public Task<ModelException> Lost { get; } = new TaskCompletionSource<ModelException>().Task;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>
/// Images that live as long as their process. Akka's own snapshot store looks through all of all models for each.
/// </summary>
internal sealed class MemoryImages : SnapshotStore
{
    private readonly MemoryTables _tables =
        Context.System.Settings.Setup.Get<MemoryTables>().GetOrElse(new MemoryTables());

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        return Task.FromResult(_tables.ImagesOf(persistenceId).Values.LastOrDefault(
            image => IsWanted(criteria, image.Metadata)));
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(
        SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _tables.Add(new SelectedSnapshot(metadata, snapshot));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _tables.DeleteImages(metadata.PersistenceId, image => image.SequenceNr == metadata.SequenceNr);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        _tables.DeleteImages(persistenceId, image => IsWanted(criteria, image));
        return Task.CompletedTask;
    }

    private static bool IsWanted(SnapshotSelectionCriteria criteria, SnapshotMetadata image) =>
        image.SequenceNr <= criteria.MaxSequenceNr && image.SequenceNr >= criteria.MinSequenceNr
            && image.Timestamp <= criteria.MaxTimeStamp
            && (criteria.MinTimestamp is not { } first || image.Timestamp >= first);
}
