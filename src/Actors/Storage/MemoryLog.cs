using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace MoE.Actors.Storage;

/// <summary>
/// A journal that lives as long as its process. Akka's own keeps every event for ever, deleted ones too, so that a long
/// stream would fill the memory.
/// </summary>
public sealed class MemoryLog : AsyncWriteJournal
{
    private readonly MemoryTables _tables =
        Context.System.Settings.Setup.Get<MemoryTables>().GetOrElse(new MemoryTables());

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        foreach (var e in _tables.EventsOf(persistenceId))
            if (e.SequenceNr >= fromSequenceNr && e.SequenceNr <= toSequenceNr && max-- > 0)
                recoveryCallback(e);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Task.FromResult(_tables.HighestOf(persistenceId));

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var write in messages)
            foreach (var e in (IEnumerable<IPersistentRepresentation>)write.Payload)
                _tables.Add(e);
        return Task.FromResult<IImmutableList<Exception>>(null!);
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(
        string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        _tables.DeleteEvents(persistenceId, toSequenceNr);
        return Task.CompletedTask;
    }
}
