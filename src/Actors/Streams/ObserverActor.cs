using Akka.Actor;
using MoE.Compute.Evaluation;
using static MoE.Actors.Gate.GateStreams;

namespace MoE.Actors.Streams;

/// <summary>
/// Hears of one stream's batches and calls its owner's delegate, apart from the gate so that a slow or broken delegate
/// does it no harm.
/// </summary>
/// <param name="onBatch">Called after each batch.</param>
/// <param name="stop">Asks the stream to end; used when the delegate throws.</param>
/// <param name="ended">Done with the stream.</param>
internal sealed class ObserverActor(Action<Scores> onBatch, Action stop, TaskCompletionSource ended) : UntypedActor
{
    private Exception? _broken;

    public static Props Props(Action<Scores> onBatch, Action stop, TaskCompletionSource ended) =>
        Akka.Actor.Props.Create(() => new ObserverActor(onBatch, stop, ended));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case BatchLearned when _broken is not null:
                break;
            case BatchLearned learned:
                Show(learned.Scores);
                break;
            case StreamEnded(var cause) when (_broken ?? cause) is { } failure:
                ended.TrySetException(failure);
                break;
            case StreamEnded:
                ended.TrySetResult();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Show(Scores scores)
    {
        try
        {
            onBatch(scores);
        }
#pragma warning disable CA1031 // the delegate is the caller's, who gets its exception back at the end of the stream
        catch (Exception e)
#pragma warning restore CA1031
        {
            _broken = e;
            stop();
        }
    }
}
