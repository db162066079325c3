using Akka.Actor;
using Akka.Persistence;
using MoE.Actors.Storage;
using Images = System.Collections.Generic.IReadOnlyDictionary<
    MoE.Actors.Inspection.Stores.ImageName, MoE.Actors.Inspection.Stores.FoundImage>;

namespace MoE.Actors.Inspection.Stores;

/// <summary>Loads images one after the other, says of each what is wrong with it, and stops.</summary>
internal sealed class ImageReaderActor(
    string model, StorePlugins plugins, IEnumerable<ImageName> names, TaskCompletionSource<Images> read) : UntypedActor
{
    private readonly IActorRef _store =
        Persistence.Instance.Apply(Context.System).SnapshotStoreFor(plugins.Snapshots);
    private readonly Queue<ImageName> _names = new(names.Distinct());
    private readonly Dictionary<ImageName, FoundImage> _found = [];

    public static Props Props(
        string model, StorePlugins plugins, IEnumerable<ImageName> names, TaskCompletionSource<Images> read) =>
        Akka.Actor.Props.Create(() => new ImageReaderActor(model, plugins, names, read));

    /// <inheritdoc/>
    protected override void PreStart() => LoadNext();

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult { Snapshot: { Snapshot: StateImage image } found }
                when found.Metadata.SequenceNr == _names.Peek().Number:
                Take(image);
                break;
            case LoadSnapshotResult:
                Note("is not there");
                break;
            case LoadSnapshotFailed failed when RootCause.Of(failed.Cause) is ModelException cause:
                read.TrySetException(cause);
                Context.Stop(Self);
                break;
            case LoadSnapshotFailed failed:
                Note($"cannot be read: {RootCause.Of(failed.Cause).Message}");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        read.TrySetException(reason);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        read.TrySetException(new ModelException("The images cannot be read: their reader was stopped."));
        base.PostStop();
    }

    private void LoadNext()
    {
        if (_names.TryPeek(out var name))
        {
            _store.Tell(new LoadSnapshot(name.StorageId, new SnapshotSelectionCriteria(name.Number), name.Number));
            return;
        }
        read.TrySetResult(_found);
        Context.Stop(Self);
    }

    private void Take(StateImage image)
    {
        var name = _names.Peek();
        if (image.Problem(model, name.StorageId, name.Number) is { } problem)
            Note($"is damaged: {problem}");
        else
            Answer(new FoundImage(image.Bytes, null));
    }

    private void Note(string what) => Answer(new FoundImage(ReadOnlyMemory<byte>.Empty, $"{_names.Peek()} {what}"));

    private void Answer(FoundImage found)
    {
        _found[_names.Dequeue()] = found;
        LoadNext();
    }
}

/// <summary>Which image is asked for: whose, and after which batch.</summary>
internal sealed record ImageName(string StorageId, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"image {Number} of {StorageId}";
}

/// <summary>What a store gave for it.</summary>
/// <param name="Bytes">The image; empty where it is damaged.</param>
/// <param name="Damage">What is wrong with it, in one sentence without its end; null where nothing is.</param>
internal sealed record FoundImage(ReadOnlyMemory<byte> Bytes, string? Damage);
