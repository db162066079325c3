using System.Collections.Concurrent;
using Akka.Actor;
using MoE.Actors.Gate;
using MoE.Actors.Inspection.Stores;
using MoE.Actors.Nodes;
using MoE.Actors.Storage;
using MoE.Actors.Telemetry;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Growth;

namespace MoE.Actors.Catalog;

/// <summary>Prepares models whose actors are to start: takes them in the store, and finds the devices.</summary>
/// <param name="system">The node's actors.</param>
/// <param name="store">Where the models lie.</param>
/// <param name="options">What the node is told.</param>
/// <param name="isShared">Whether the node may have several models, so that messages say which they are of.</param>
internal sealed class ModelStarter(ActorSystem system, IStore store, NodeOptions options, bool isShared)
{
    private readonly ConcurrentDictionary<ModelHold, TaskCompletionSource<ModelException?>> _running = [];

    /// <summary>Takes a model.</summary>
    /// <exception cref="ModelException">
    /// It is there and must not be, or the other way round, or cannot be had.
    /// </exception>
    public async Task<ModelSettings> PrepareAsync(string name, ModelOrder order)
    {
        if (order.Beginning != ModelBeginning.Either)
            await CheckAsync(name, order.Beginning);
        var part = await store.OpenModelAsync(name, CancellationToken.None);
        var hold = new ModelHold(part, gone => _running.TryRemove(gone, out _));
        try
        {
            var (schema, options) = order.Definition ?? await ReadAsync(name, part, order);
            await Task.Run(() => NodeParts.Of(system).Devices);  // no actor waits for a search
            var gate = new GateSettings(name, schema, options, Durability)
            {
                SettleLog = part.SettleLogAsync,
                Evidence = part.Evidence,
                Acknowledge = part.Acknowledge,
                LogDamages = part.LogDamages,
                Plugins = part.Plugins,
                Telemetry = new GateTelemetry(name, TimeProvider.System),
            };
            var stopped = new TaskCompletionSource<ModelException?>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            _running[hold] = stopped;
            return new ModelSettings(gate, hold, stopped, TellsFailures: isShared);
        }
        catch
        {
            await hold.ReleaseAsync();
            throw;
        }
    }

    /// <summary>How those outside see a model whose actors run.</summary>
    public ModelLink Link(ModelSettings settings, IActorRef model)
    {
        var gate = settings.Gate;
        return new ModelLink(gate.Name, gate.Schema, gate.Options.Batch, model, settings.Stopped.Task,
            cause => Named(settings.Hold.Store, cause), gate.Telemetry);
    }

    /// <summary>Lets go what a model holds whose actors were stopped without being closed.</summary>
    public async Task ReleaseAllAsync()
    {
        foreach (var (hold, stopped) in _running)
        {
            stopped.TrySetResult(null);                      // nobody is left who would say so
            await hold.ReleaseAsync();
        }
    }

    private DurabilityOptions Durability => options.Durability;

    private string? PlaceOf(IModelStore part) => isShared ? part.FullName : part.Name;

    private ModelException Named(IModelStore part, ModelException cause)
    {
        if (PlaceOf(part) is not { } place)
            return cause;
        var message = store.Remedy(cause) is { } remedy ? $"{cause.Message.TrimEnd('.')}. {remedy}" : cause.Message;
        return new ModelException($"{place}: {message}", cause);
    }

    private async Task CheckAsync(string name, ModelBeginning beginning)
    {
        var models = await store.ModelsAsync(CancellationToken.None);
        var place = store.Name is { } known ? $" in {known}" : "";
        if (beginning == ModelBeginning.New && models.Contains(name))
            throw new ModelException($"There is a model '{name}'{place} already; open it, or give another name.");
        if (beginning == ModelBeginning.Stored && !models.Contains(name))
            throw new ModelException($"There is no model '{name}'{place}; " + (models.Count == 0
                ? "there is none at all."
                : $"those that there are: {string.Join(", ", models)}."));
    }

    private async Task<(Schema Schema, MixtureOptions Options)> ReadAsync(
        string name, IModelStore part, ModelOrder order)
    {
        var (_, model) = await ModelLog.ReadAsync(system, name, part, PlaceOf(part) ?? part.FullName);
        return (model.Schema, model.Options with { Growth = order.Growth });
    }
}

/// <summary>Whether a model has to be there before it is opened.</summary>
internal enum ModelBeginning
{
    /// <summary>It must not be.</summary>
    New,

    /// <summary>It must be.</summary>
    Stored,

    /// <summary>It may be.</summary>
    Either,
}

/// <summary>What a model is to be opened as.</summary>
internal sealed record ModelOrder(ModelBeginning Beginning)
{
    /// <summary>Columns and options; null for those that are stored.</summary>
    public (Schema Schema, MixtureOptions Options)? Definition { get; init; }

    /// <summary>How its pool changes by itself, where the definition is the stored one.</summary>
    public GrowthOptions Growth { get; init; } = new();
}

/// <summary>What a model holds as long as its actors run: its part of the store.</summary>
/// <param name="store">Its part of the store.</param>
/// <param name="released">Told when all is let go.</param>
internal sealed class ModelHold(IModelStore store, Action<ModelHold> released)
{
    private readonly Lock _lock = new();
    private Task? _released;

    /// <summary>Its part of the store.</summary>
    public IModelStore Store => store;

    /// <summary>Releases it, once.</summary>
    public Task ReleaseAsync()
    {
        lock (_lock)
            return _released ??= LetGoAsync();
    }

    private async Task LetGoAsync()
    {
        await store.DisposeAsync();
        released(this);
    }
}
