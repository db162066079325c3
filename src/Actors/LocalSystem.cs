using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using MoE.Actors.Gate;
using MoE.Actors.Nodes;
using MoE.Actors.Storage;
using MoE.Actors.Streams;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors;

/// <summary>The actor system of one mixture in this process, and the store under it.</summary>
internal sealed class LocalSystem : IAsyncDisposable
{
    private readonly TaskCompletionSource<ModelException?> _stopped =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IStore _store;
    private readonly IActorRef _guardian;

    private LocalSystem(GateSettings settings, NodeSetup node, IStore store, Config overrides)
    {
        _store = store;
        System = ActorSystem.Create("moe", Hocon.Setup(store, overrides).And(node));
        foreach (var warning in store.Warnings)
            System.Log.Warning("{0}", warning);
        var gate = GateActor.Props(settings with
        {
            SettleLog = store.SettleLogAsync,
            Evidence = store.Evidence,
            Acknowledge = store.Acknowledge,
            LogDamages = store.LogDamages,
        });
        _guardian = System.ActorOf(GateGuardian.Props(gate, _stopped), "model");
        store.Lost.PipeTo(_guardian, success: cause => new GateFailed(cause));
    }

    /// <summary>Done when no source is in a read any more.</summary>
    public Task Reading { get; set; } = Task.CompletedTask;

    /// <summary>The actors.</summary>
    public ActorSystem System { get; }

    /// <summary>Opens the store and starts the gate.</summary>
    public static async Task<LocalSystem> StartAsync(
        GateSettings settings, NodeSetup node, Config overrides, CancellationToken cancel)
    {
        var store = await IStore.OpenAsync(settings.Durability, cancel);
        try
        {
            return new LocalSystem(settings, node, store, overrides);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the gate; fails with its reason when it cannot go on.</summary>
    public Task<T> AskAsync<T>(object question, CancellationToken cancel) =>
        OrStopped(_guardian.Ask<T>(question, Timeout.InfiniteTimeSpan, cancel));

    /// <summary>The gate's address.</summary>
    public Task<IActorRef> GateAsync() => AskAsync<IActorRef>(new GateGuardian.GetGate(), CancellationToken.None);

    /// <summary>What the task gives, unless the gate stops before.</summary>
    public async Task<T> OrStopped<T>(Task<T> task)
    {
        await OrStopped((Task)task);
        return await task;
    }

    /// <summary>Waits for the task, unless the gate stops before.</summary>
    public async Task OrStopped(Task task)
    {
        if (await Task.WhenAny(task, _stopped.Task) == task)
            await task;
        else
            throw Named(await _stopped.Task ?? new ModelException("The model is closed."));
    }

    /// <summary>Ends the gate after a last checkpoint, then all the rest.</summary>
    public async ValueTask CloseAsync()
    {
        if (!_stopped.Task.IsCompleted)
        {
            _guardian.Tell(new Close(), ActorRefs.NoSender);
            await _stopped.Task;
        }
        await DisposeAsync();
    }

    /// <summary>Ends everything at once; a source that is in a read is left to itself.</summary>
    public async ValueTask DisposeAsync()
    {
        var terminated = System.Terminate();
        if (Reading.IsCompleted)
            await terminated;
        _stopped.TrySetResult(null);                         // nobody is left who would say so
        await _store.DisposeAsync();
    }

    private ModelException Named(ModelException cause)
    {
        if (_store.Name is not { } name)
            return cause;
        var message = _store.Remedy(cause) is { } remedy ? $"{cause.Message.TrimEnd('.')}. {remedy}" : cause.Message;
        return new ModelException($"{name}: {message}", cause);
    }
}
