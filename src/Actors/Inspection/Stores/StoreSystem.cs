using Akka.Actor;
using Akka.Configuration;
using MoE.Actors.Storage;
using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Inspection.Stores;

/// <summary>An actor system over a model's store in which the model itself does not run.</summary>
internal sealed class StoreSystem : IAsyncDisposable
{
    // What is damaged is what this is asked for; it needs no log beside the answer.
    private static readonly Config Silent = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    private readonly IStore _store;
    private readonly IModelStore _part;

    private StoreSystem(IStore store, IModelStore part, string model)
    {
        (_store, _part, Model) = (store, part, model);
        Damages = [.. store.Warnings.Select(warning => $"{warning}."), .. store.Damages()];
        System = ActorSystem.Create("moe", Hocon.Setup(store, Silent));
    }

    /// <summary>The actors.</summary>
    public ActorSystem System { get; }

    /// <summary>The model's part of the store.</summary>
    public IModelStore Part => _part;

    /// <summary>What the store is called in messages.</summary>
    public string Name => _part.Name ?? "memory";

    /// <summary>The model's name in the store.</summary>
    public string Model { get; }

    /// <summary>What the store itself says is damaged in it, in one sentence each.</summary>
    public IReadOnlyList<string> Damages { get; }

    /// <summary>What the store knows of the log from outside it.</summary>
    public LogEvidence Evidence => _part.Evidence;

    /// <summary>Opens a store that holds a model to look at it alone; writes nothing into a data directory.</summary>
    /// <exception cref="ModelException">There is no model, or it is in use, or cannot be read.</exception>
    public static async Task<StoreSystem> OpenExistingAsync(DurabilityOptions durability, CancellationToken cancel) =>
        durability.DataDirectory is { } path && !DataDirectory.HasModel(path)
            ? throw new ModelException($"{path} holds no model: there is no {DataDirectory.JournalFile} in it.")
            : await OverAsync(IStore.ToRead(durability), durability.Model, cancel);

    /// <summary>Opens a store, and makes it where there is none.</summary>
    /// <exception cref="ModelException">It is in use, or cannot be written.</exception>
    public static async Task<StoreSystem> OpenAsync(DurabilityOptions durability, CancellationToken cancel) =>
        await OverAsync(IStore.Of(durability, models: 1), durability.Model, cancel);

    private static async Task<StoreSystem> OverAsync(IStore store, string model, CancellationToken cancel)
    {
        IModelStore? part = null;
        try
        {
            store.Open();
            part = await store.OpenModelAsync(model, cancel);
            return new StoreSystem(store, part, model);
        }
        catch
        {
            if (part is not null)
                await part.DisposeAsync();
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an actor and waits for what it gives.</summary>
    /// <exception cref="ModelException">It cannot give it, or the store is another process's by now.</exception>
    public Task<T> RunAsync<T>(Func<TaskCompletionSource<T>, Props> actor) =>
        ModelLog.RunAsync(System, actor, _part.Lost, Name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await System.Terminate();
        await _part.DisposeAsync();
        await _store.DisposeAsync();
    }
}
