using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Snapshot;
using Akka.Persistence.Sql.Snapshot;
using MoE.Actors.Gate;

namespace MoE.Actors.Tests;

/// <summary>A journal that takes some rows and then no more, as a full disk.</summary>
public sealed class FailingLog : MemoryJournal
{
    public const string Reason = "the disk of the test is full";
    public const int RowsWritten = 160;

    private int _rows;

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        foreach (var write in writes)
            foreach (var e in (IEnumerable<IPersistentRepresentation>)write.Payload)
                if (e.Payload is BatchesAccepted accepted && (_rows += accepted.Batches.Sum(b => b.Rows.Rows)) > RowsWritten)
                    throw new IOException(Reason);
        return base.WriteMessagesAsync(writes, cancellationToken);
    }
}

/// <summary>A snapshot store whose images are there but cannot be reached.</summary>
public sealed class UnreachableSnapshots : MemorySnapshotStore
{
    public const string Reason = "the network of the test is down";

    protected override Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        throw new IOException(Reason);
}

/// <summary>A snapshot store that takes nothing.</summary>
public sealed class FailingSnapshots : MemorySnapshotStore
{
    public const string Reason = "the store of the test is closed";

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) =>
        throw new IOException(Reason);
}

/// <summary>A snapshot store whose connection breaks, in one way or another, when an image is first looked for.</summary>
public sealed class BreakingSnapshots(Config config) : SqlSnapshotStore(config)
{
    private readonly HashSet<(string, long)> _looked = [];

    protected override Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        !_looked.Add((persistenceId, criteria.MaxSequenceNr))
            ? base.LoadAsync(persistenceId, criteria, cancellationToken)
        : _looked.Count % 2 == 0 ? Task.FromResult<SelectedSnapshot?>(null)
        : throw new ObjectDisposedException("a connection of the test");
}
