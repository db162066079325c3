using Akka.Actor;
using MoE.Actors.Gate;
using MoE.Actors.Telemetry;
using MoE.Compute.Data;

namespace MoE.Actors.Catalog;

/// <summary>A running model as those outside of its actors see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">Its columns.</param>
/// <param name="Batch">Rows of a batch.</param>
/// <param name="Actor">Its guardian.</param>
/// <param name="Stopped">Done when its gate has stopped: null after it was closed, or why it could not go on.</param>
/// <param name="Named">Puts the place, and what can be done, to the reason of a failure.</param>
/// <param name="Telemetry">Takes what is to be measured.</param>
internal sealed record ModelLink(
    string Name, Schema Schema, int Batch, IActorRef Actor, Task<ModelException?> Stopped,
    Func<ModelException, ModelException> Named, GateTelemetry Telemetry)
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when its name and its store are free again.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Notes that its name and its store are free again.</summary>
    public void NoteGone() => _gone.TrySetResult();

    /// <summary>Asks the gate; fails with its reason when it cannot go on.</summary>
    public Task<T> AskAsync<T>(object question, CancellationToken cancel) =>
        OrStopped(Actor.Ask<T>(question, Timeout.InfiniteTimeSpan, cancel));

    /// <summary>The gate's address.</summary>
    public Task<IActorRef> GateAsync() => AskAsync<IActorRef>(new ModelActor.GetGate(), CancellationToken.None);

    /// <summary>How far a source was read.</summary>
    /// <exception cref="ModelException">The model cannot go on.</exception>
    public Task<SourceProgress> ProgressAsync(SourceId source, CancellationToken cancel) =>
        AskAsync<SourceProgress>(new GateQueries.GetProgress(source), cancel);

    /// <summary>Waits for the task, unless the gate stops before.</summary>
    public async Task OrStopped(Task task)
    {
        if (await Task.WhenAny(task, Stopped) == task)
            await task;
        else
            throw Named(await Stopped ?? new ModelException("The model is closed."));
    }

    private async Task<T> OrStopped<T>(Task<T> task)
    {
        await OrStopped((Task)task);
        return await task;
    }
}
