using MoE.Actors.Gate;
using MoE.Actors.Inspection.Stores;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.ModelFiles;

namespace MoE.Actors.Inspection;

/// <summary>Stored models from outside: read without being changed, or made of a model file.</summary>
public static class ModelStore
{
    /// <summary>Reads a model with every image that its checkpoints name, and changes nothing of it.</summary>
    /// <exception cref="ModelException">
    /// There is none, or it is in use, or of a newer version, or past reading.
    /// </exception>
    public static async Task<StoredModel> ReadAsync(DurabilityOptions durability, CancellationToken cancel)
    {
        Check(durability);
        await using var store = await StoreSystem.OpenExistingAsync(durability, cancel);
        var (log, _) = await ReadLogAsync(store);
        var state = log.Replay.State;
        CheckpointCompleted[] kept = [.. new[] { state.Checkpoint, state.Previous }.OfType<CheckpointCompleted>()];
        var names = kept.SelectMany(checkpoint => StoredCheckpoint.Names(store.Model, checkpoint));
        var images = await store.RunAsync<IReadOnlyDictionary<ImageName, FoundImage>>(
            read => ImageReaderActor.Props(store.Model, store.Part.Plugins, names, read));
        return new StoredModel(
            store, log, [.. kept.Select(c => StoredCheckpoint.Of(store.Model, c, images))], images.Count);
    }

    /// <summary>Reads columns and options of a stored model.</summary>
    /// <exception cref="ModelException">
    /// There is none, or it is in use, or of a newer version, or past reading.
    /// </exception>
    public static async Task<(Schema Schema, MixtureOptions Options)> ReadDefinitionAsync(
        DurabilityOptions durability, CancellationToken cancel)
    {
        Check(durability);
        await using var store = await StoreSystem.OpenExistingAsync(durability, cancel);
        var (_, model) = await ReadLogAsync(store);
        return (model.Schema, model.Options);
    }

    /// <summary>Makes a stored model of a model file; answers after which batch it stands.</summary>
    /// <exception cref="ModelException">A model is stored there already, or the store cannot be written.</exception>
    public static async Task<long> ImportAsync(ModelFile file, DurabilityOptions durability, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        Check(durability);
        await using var store = await StoreSystem.OpenAsync(durability, cancel);
        if (store.Evidence.Last is not null)                 // also where its log is lost
            throw new ModelException($"{store.Name}: {ImportActor.Taken}");
        return await store.RunAsync<long>(done => ImportActor.Props(store.Model, store.Part.Plugins, file, done));
    }

    private static Task<(StoredLog Log, ModelCreated Model)> ReadLogAsync(StoreSystem store) =>
        ModelLog.ReadAsync(store.System, store.Model, store.Part, store.Name);

    private static void Check(DurabilityOptions durability)
    {
        ArgumentNullException.ThrowIfNull(durability);
        if (!durability.Validated().IsDurable)
            throw new ArgumentException("Nothing is stored there: give a data directory or a database.",
                nameof(durability));
    }
}
