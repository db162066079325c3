using Akka;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Event;
using MoE.Actors.Devices;
using MoE.Actors.Nodes;
using MoE.Actors.Storage;
using static MoE.Actors.Catalog.CatalogCommands;
using static MoE.Actors.Catalog.CatalogReplies;

namespace MoE.Actors.Catalog;

/// <summary>An actor system with a store, and the models of that store which are open.</summary>
internal sealed class Node : IExtension
{
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<IActorRef> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NodeOptions _options;
    private readonly OpenDevices _devices;
    private readonly bool _isShared;
    private readonly ModelStarter _starter;

    /// <summary>Begins nothing yet.</summary>
    /// <param name="system">The actors.</param>
    /// <param name="store">Where the models lie.</param>
    /// <param name="options">What the node is told.</param>
    /// <param name="devices">The devices that are opened for its models; closed with the node.</param>
    /// <param name="isShared">
    /// Whether a host owns the system and ends it, so that the node may have several models; else the node owns it, for
    /// one model.
    /// </param>
    public Node(ActorSystem system, IStore store, NodeOptions options, OpenDevices devices, bool isShared)
    {
        (System, Store, _options, _devices, _isShared) = (system, store, options, devices, isShared);
        _starter = new ModelStarter(system, store, options, isShared);
    }

    /// <summary>The actors.</summary>
    public ActorSystem System { get; }

    /// <summary>Where the models lie.</summary>
    public IStore Store { get; }

    /// <summary>Makes a system for one model, over a store of its own.</summary>
    /// <param name="options">What the node is told.</param>
    /// <param name="parts">What its model shares with the node.</param>
    /// <param name="devices">The devices that are open; closed with the node.</param>
    /// <param name="overrides">Akka settings before all others.</param>
    /// <exception cref="ModelException">The store cannot be used, or is in use.</exception>
    public static async Task<Node> StartOwnAsync(
        NodeOptions options, PartsSetup parts, OpenDevices devices, Akka.Configuration.Config overrides)
    {
        var store = IStore.Of(options.Durability, models: 1);
        try
        {
            store.Open();
            var node = new Node(
                ActorSystem.Create("moe", Hocon.Setup(store, overrides).And(parts)), store, options, devices, false);
            node.Begin();
            return node;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the store and starts the catalog; with the end of the system, all is closed.</summary>
    /// <exception cref="ModelException">The store cannot be used, or is in use.</exception>
    public void Start()
    {
        try
        {
            Store.Open();
            CoordinatedShutdown.Get(System)
                .AddTask(CoordinatedShutdown.PhaseServiceStop, "moe-models", CloseInTimeAsync);
            _ = LetGoAfterAsync(System.WhenTerminated);
            Begin();
        }
        catch (Exception e)
        {
            _started.TrySetException(e);
            throw;
        }
    }

    /// <summary>Asks the catalog.</summary>
    /// <exception cref="ModelException">It refuses, or the node could not start.</exception>
    public async Task<T> AskAsync<T>(object command, CancellationToken cancel)
    {
        var catalog = await _started.Task.WaitAsync(cancel);
        var answer = catalog.Ask<T>(command, Timeout.InfiniteTimeSpan, cancel);
        return await Task.WhenAny(answer, System.WhenTerminated) == answer
            ? await answer
            : throw new ModelException("The node is closed.");
    }

    /// <summary>Closes all models after a last checkpoint each.</summary>
    public async Task CloseAsync()
    {
        var catalog = await _started.Task;
        await Task.WhenAny(
            catalog.Ask<AllClosed>(new CloseAll(), Timeout.InfiniteTimeSpan), System.WhenTerminated);
    }

    /// <summary>Ends a system of one's own at once, and lets the store go.</summary>
    /// <param name="waits">Whether to wait for the last actor.</param>
    public async Task TerminateAsync(bool waits)
    {
        await LogWrittenAsync();
        var terminated = System.Terminate();
        if (waits)
            await terminated;
        await LetGoAsync();
    }

    // Akka stops its loggers with the system, and what they have not written by then is lost.
    private async Task LogWrittenAsync()
    {
        if (!System.WhenTerminated.IsCompleted)
            await Task.WhenAny(System.WhenTerminated, System.ActorSelection("/system/log1-StandardErrorLogger")
                .Ask<ActorIdentity>(new Identify(null), LogPatience, CancellationToken.None));
    }

    private void Begin()
    {
        foreach (var warning in Store.Warnings)
            System.Log.Warning("{0}", warning);
        _started.SetResult(System.ActorOf(CatalogActor.Props(Store, _starter), "models"));
    }

    private async Task<Done> CloseInTimeAsync()
    {
        var closed = CloseAsync();
        if (await Task.WhenAny(closed, Task.Delay(_options.CloseTimeout)) == closed)
        {
            await closed;
            await LetGoAsync();
        }
        else
            System.Log.Warning("Not all models could be closed within {0} s; they continue from their logs when they "
                + "are opened again", _options.CloseTimeout.TotalSeconds);
        return Done.Instance;
    }

    private async Task LetGoAfterAsync(Task terminated)
    {
        await terminated;
        await LetGoAsync();
    }

    private async Task LetGoAsync()
    {
        await _starter.ReleaseAllAsync();
        if (System.WhenTerminated.IsCompleted)               // else an actor may use one still
            _devices.Dispose();
        await Store.DisposeAsync();
    }
}

/// <summary>What the node of a host's system is made of.</summary>
/// <param name="store">Where the models lie.</param>
/// <param name="options">What the node is told.</param>
/// <param name="devices">The devices that are opened for its models.</param>
internal sealed class NodeSetup(IStore store, NodeOptions options, OpenDevices devices) : Setup
{
    /// <summary>Where the models lie.</summary>
    public IStore Store => store;

    /// <summary>What the node is told.</summary>
    public NodeOptions Options => options;

    /// <summary>The devices that are opened for its models.</summary>
    public OpenDevices Devices => devices;
}

/// <summary>The one node of a system.</summary>
internal sealed class NodeExtension : ExtensionIdProvider<Node>
{
    /// <summary>The node of a system.</summary>
    /// <exception cref="InvalidOperationException">The system was made without one.</exception>
    public static Node Of(ActorSystem system) => system.WithExtension<Node, NodeExtension>();

    /// <inheritdoc/>
    public override Node CreateExtension(ExtendedActorSystem system) =>
        system.Settings.Setup.Get<NodeSetup>() is { HasValue: true, Value: var setup }
            ? new Node(system, setup.Store, setup.Options, setup.Devices, isShared: true)
            : throw new InvalidOperationException(
                $"The actor system '{system.Name}' holds no models; call {nameof(MixtureHosting.AddMixture)} where it "
                + "is set up.");
}
