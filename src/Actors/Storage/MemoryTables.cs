using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor.Setup;
using Akka.Persistence;

namespace MoE.Actors.Storage;

/// <summary>What the logs and the images of a store in memory are kept in.</summary>
internal sealed class MemoryTables : Setup
{
    private readonly ConcurrentDictionary<string, ImmutableQueue<IPersistentRepresentation>> _events = [];
    private readonly ConcurrentDictionary<string, long> _highest = [];
    private readonly ConcurrentDictionary<string, ImmutableSortedDictionary<long, SelectedSnapshot>> _images = [];

    /// <summary>The ids of the logs.</summary>
    public IEnumerable<string> Logs => _highest.Keys;

    /// <summary>The ids of the images.</summary>
    public IEnumerable<string> Images => _images.Keys;

    /// <summary>The events of a log.</summary>
    public ImmutableQueue<IPersistentRepresentation> EventsOf(string id) => _events.GetValueOrDefault(id, []);

    /// <summary>The last number in a log; 0 for none.</summary>
    public long HighestOf(string id) => _highest.GetValueOrDefault(id);

    /// <summary>Adds an event to its log.</summary>
    public void Add(IPersistentRepresentation e)
    {
        _events.AddOrUpdate(e.PersistenceId, static (_, e) => [e], static (_, events, e) => events.Enqueue(e), e);
        _highest[e.PersistenceId] = e.SequenceNr;
    }

    /// <summary>Lets the events of a log go up to a number.</summary>
    public void DeleteEvents(string id, long upTo) =>
        _events.AddOrUpdate(id, static (_, _) => [], static (_, events, upTo) => Without(events, upTo), upTo);

    /// <summary>Lets a log go as if it had never been.</summary>
    public void DeleteLog(string id)
    {
        _events.TryRemove(id, out _);
        _highest.TryRemove(id, out _);
    }

    /// <summary>The images under an id, by number.</summary>
    public ImmutableSortedDictionary<long, SelectedSnapshot> ImagesOf(string id) =>
        _images.GetValueOrDefault(id, ImmutableSortedDictionary<long, SelectedSnapshot>.Empty);

    /// <summary>Adds an image.</summary>
    public void Add(SelectedSnapshot image) => _images.AddOrUpdate(
        image.Metadata.PersistenceId,
        static (_, image) => ImmutableSortedDictionary<long, SelectedSnapshot>.Empty.Add(
            image.Metadata.SequenceNr, image),
        static (_, images, image) => images.SetItem(image.Metadata.SequenceNr, image),
        image);

    /// <summary>Lets the images under an id go that a test is true of.</summary>
    public void DeleteImages(string id, Func<SnapshotMetadata, bool> test) => _images.AddOrUpdate(
        id,
        static (_, _) => ImmutableSortedDictionary<long, SelectedSnapshot>.Empty,
        static (_, images, test) => images.RemoveRange(images.Where(i => test(i.Value.Metadata)).Select(i => i.Key)),
        test);

    /// <summary>Lets all images under an id go.</summary>
    public void DeleteImages(string id) => _images.TryRemove(id, out _);

    private static ImmutableQueue<IPersistentRepresentation> Without(
        ImmutableQueue<IPersistentRepresentation> events, long upTo)
    {
        while (!events.IsEmpty && events.Peek().SequenceNr <= upTo)
            events = events.Dequeue();
        return events;
    }
}
