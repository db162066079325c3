using MoE.Actors.Gate;
using MoE.Compute.Files;

namespace MoE.Actors.Inspection;

/// <summary>Stored models from outside: read without being changed, or made of a model file.</summary>
public static class ModelStore
{
    private const string Model = "default";

    /// <summary>Reads a model with every image that its checkpoints name, and changes nothing.</summary>
    /// <exception cref="ModelException">There is none, or it is in use, of a newer version, or past reading.</exception>
    public static async Task<StoredModel> ReadAsync(DurabilityOptions durability)
    {
        ArgumentNullException.ThrowIfNull(durability);
        await using var store = StoreSystem.OpenExisting(durability);
        return await Named(store, () => ReadAsync(store));
    }

    /// <summary>Makes a stored model of a model file; answers after which batch it stands.</summary>
    /// <exception cref="ModelException">A model is stored there already, or the store cannot be written.</exception>
    public static async Task<long> ImportAsync(ModelFile file, DurabilityOptions durability)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(durability);
        await using var store = StoreSystem.Open(durability);
        return await Named(store, () => store.RunAsync<long>(done => ImportActor.Props(Model, file, done)));
    }

    private static async Task<StoredModel> ReadAsync(StoreSystem store)
    {
        var log = await store.RunAsync<StoredLog>(read => LogReaderActor.Props(Model, read));
        var state = log.Replay.State;
        if (log.Replay.Events == 0 && log.Replay.Damages.Count == 0)
            throw new ModelException("There is no model: its log is empty.");
        if (state.Model is null)
            throw new ModelException($"No model can be told from the log. {string.Join(' ', log.Replay.Damages)}");
        CheckpointCompleted[] kept = [.. new[] { state.Checkpoint, state.Previous }.OfType<CheckpointCompleted>()];
        var images = await store.RunAsync<IReadOnlyDictionary<ImageName, FoundImage>>(
            read => ImageReaderActor.Props(kept.SelectMany(c => StoredCheckpoint.Names(Model, c)), read));
        return new StoredModel(store.Name, Model, log, store.Damages,
            [.. kept.Select(c => StoredCheckpoint.Of(Model, c, images))], images.Count);
    }

    private static async Task<T> Named<T>(StoreSystem store, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (ModelException e)
        {
            throw new ModelException($"{store.Name}: {e.Message}", e);
        }
    }
}
