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
    private readonly ActorSystem _system;

    private StoreSystem(IStore store, string model)
    {
        (_store, Model) = (store, model);
        Damages = [.. store.Warnings.Select(warning => $"{warning}."), .. store.Damages()];
        _system = ActorSystem.Create("moe", Hocon.Setup(store, Silent));
    }

    /// <summary>What the store is called in messages.</summary>
    public string Name => _store.Name ?? "memory";

    /// <summary>The model's name in the store.</summary>
    public string Model { get; }

    /// <summary>What the store itself says is damaged in it, in one sentence each.</summary>
    public IReadOnlyList<string> Damages { get; }

    /// <summary>What the store knows of the log from outside it.</summary>
    public LogEvidence Evidence => _store.Evidence;

    /// <summary>Opens a store that holds a model to look at it alone; writes nothing into a data directory.</summary>
    /// <exception cref="ModelException">There is no model, or it is in use, or cannot be read.</exception>
    public static async Task<StoreSystem> OpenExistingAsync(DurabilityOptions durability, CancellationToken cancel) =>
        durability.DataDirectory is { } path && !DataDirectory.HasModel(path)
            ? throw new ModelException($"{path} holds no model: there is no {DataDirectory.JournalFile} in it.")
            : await OverAsync(await IStore.OpenToReadAsync(durability, cancel), durability.Model);

    /// <summary>Opens a store, and makes it where there is none.</summary>
    /// <exception cref="ModelException">It is in use, or cannot be written.</exception>
    public static async Task<StoreSystem> OpenAsync(DurabilityOptions durability, CancellationToken cancel) =>
        await OverAsync(await IStore.OpenAsync(durability, cancel), durability.Model);

    private static async Task<StoreSystem> OverAsync(IStore store, string model)
    {
        try
        {
            return new StoreSystem(store, model);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an actor and waits for what it gives.</summary>
    /// <exception cref="ModelException">It cannot give it, or the store is another process's by now.</exception>
    public async Task<T> RunAsync<T>(Func<TaskCompletionSource<T>, Props> actor)
    {
        var given = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _system.ActorOf(actor(given));
        try
        {
            return await Task.WhenAny(given.Task, _store.Lost) == given.Task
                ? await given.Task
                : throw await _store.Lost;
        }
        catch (ModelException e)
        {
            throw new ModelException($"{Name}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await _store.DisposeAsync();
    }
}
