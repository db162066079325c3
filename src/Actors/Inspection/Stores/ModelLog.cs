using Akka.Actor;
using MoE.Actors.Gate;
using MoE.Actors.Gate.Recovery;
using MoE.Actors.Storage;
using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Inspection.Stores;

/// <summary>The log of a model that does not run, read in whatever system its store is known to.</summary>
internal static class ModelLog
{
    private static readonly Task<ModelException> Never = new TaskCompletionSource<ModelException>().Task;

    /// <summary>Reads it, and what the model is.</summary>
    /// <param name="system">The system.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="store">Its part of the store.</param>
    /// <param name="place">What that is called in messages.</param>
    /// <exception cref="ModelException">There is none, or it is past reading, or another process took it.</exception>
    public static async Task<(StoredLog Log, ModelCreated Model)> ReadAsync(
        ActorSystem system, string model, IModelStore store, string place)
    {
        var log = await RunAsync<StoredLog>(
            system, read => LogReaderActor.Props(model, store.Plugins, read), store.Lost, place);
        return (log, Known(log, store.Evidence, place));
    }

    /// <summary>Reads it as far as it can be read, though another process may be writing it.</summary>
    /// <exception cref="ModelException">It cannot be read.</exception>
    public static Task<StoredLog> ReadAsync(ActorSystem system, string model, StorePlugins plugins, string place) =>
        RunAsync<StoredLog>(system, read => LogReaderActor.Props(model, plugins, read), Never, place);

    /// <summary>What a log says that its model is.</summary>
    /// <exception cref="ModelException">It does not.</exception>
    public static ModelCreated Known(StoredLog log, LogEvidence evidence, string place)
    {
        if (log.Replay.Events == 0 && log.Replay.Damages.Count == 0)
            throw new ModelException(evidence.Last is not null
                ? $"{place}: {LogLoss.Of(evidence, log.Replay)!.Text}"
                : $"{place} holds no model: its log is empty.");
        return log.Replay.State.Model ?? throw new ModelException(
            $"{place}: the model cannot be rebuilt from its log. {log.Replay.Problem()}");
    }

    /// <summary>Starts an actor and waits for what it gives.</summary>
    /// <param name="system">Where to start it.</param>
    /// <param name="actor">Makes it.</param>
    /// <param name="lost">Done when the store is another process's.</param>
    /// <param name="place">What the store is called in messages.</param>
    /// <exception cref="ModelException">It cannot give it, or the store is another process's by now.</exception>
    public static async Task<T> RunAsync<T>(
        ActorSystem system, Func<TaskCompletionSource<T>, Props> actor, Task<ModelException> lost, string place)
    {
        var given = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(actor(given));
        try
        {
            return await Task.WhenAny(given.Task, lost) == given.Task ? await given.Task : throw await lost;
        }
        catch (ModelException e)
        {
            throw new ModelException($"{place}: {e.Message}", e);
        }
    }
}
