using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace MoE.Actors.Storage;

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
