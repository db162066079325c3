using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, ImmutableQueue<IPersistentRepresentation>> _events = [];
    private readonly ConcurrentDictionary<string, long> _highest = [];

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        foreach (var e in _events.GetValueOrDefault(persistenceId, []))
            if (e.SequenceNr >= fromSequenceNr && e.SequenceNr <= toSequenceNr && max-- > 0)
                recoveryCallback(e);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Task.FromResult(_highest.GetValueOrDefault(persistenceId));

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var write in messages)
            foreach (var e in (IEnumerable<IPersistentRepresentation>)write.Payload)
            {
                _events.AddOrUpdate(
                    e.PersistenceId, static (_, e) => [e], static (_, events, e) => events.Enqueue(e), e);
                _highest[e.PersistenceId] = e.SequenceNr;
            }
        return Task.FromResult<IImmutableList<Exception>>(null!);
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(
        string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        _events.AddOrUpdate(persistenceId, static (_, _) => [], Without, toSequenceNr);
        return Task.CompletedTask;
    }

    private static ImmutableQueue<IPersistentRepresentation> Without(
        string persistenceId, ImmutableQueue<IPersistentRepresentation> events, long toSequenceNr)
    {
        while (!events.IsEmpty && events.Peek().SequenceNr <= toSequenceNr)
            events = events.Dequeue();
        return events;
    }
}
