using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using MoE.Compute.Evaluation;
using static MoE.Actors.Gate.GateStreams;

namespace MoE.Actors.Streams;

/// <summary>How a stream is made, and who waits for it.</summary>
/// <param name="Rows">Reads the source.</param>
/// <param name="Gate">Takes the batches, one for each that it asks for.</param>
/// <param name="OnBatch">Called after each batch, with what came of it.</param>
/// <param name="Stop">Ends the stream behind the batches that the gate has.</param>
/// <param name="Ended">Done with the stream.</param>
internal sealed record StreamSettings(
    RowStage Rows, IActorRef Gate, Action<BatchOutcome> OnBatch, SharedKillSwitch Stop,
    TaskCompletionSource Ended);

/// <summary>
/// Owns one stream from a source to the gate, and hears of its batches: apart from the gate, so that a slow or broken
/// delegate does that no harm. The stream ends with this actor at the latest.
/// </summary>
internal sealed class StreamActor(StreamSettings settings) : UntypedActor
{
    private const string SourceDispatcher = "akka.actor.row-source-dispatcher";
    private const int BatchesAhead = 4;

    private Exception? _broken;

    public static Props Props(StreamSettings settings) => Akka.Actor.Props.Create(() => new StreamActor(settings));

    /// <inheritdoc/>
    protected override void PreStart() => Source.FromGraph(settings.Rows)
        .WithAttributes(ActorAttributes.CreateDispatcher(SourceDispatcher))
        .Async()
        .Via(settings.Stop.Flow<object>())
        .WithAttributes(Attributes.CreateInputBuffer(BatchesAhead, BatchesAhead))
        .To(Sink.ActorRefWithAck<object>(
            settings.Gate, new BeginStream(Self, settings.Rows.Source), Go.Instance, EndStream.Instance,
            e => new SourceFailed(e)))
        .Run(Context.Materializer());

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case BatchLearned when _broken is not null:
                break;
            case BatchLearned learned:
                Show(learned);
                break;
            case StreamEnded(var cause) when (_broken ?? cause) is { } failure:
                settings.Ended.TrySetException(failure);
                break;
            case StreamEnded:
                settings.Ended.TrySetResult();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Show(BatchLearned learned)
    {
        try
        {
            settings.OnBatch(learned.Outcome);
        }
        catch (Exception e)                                  // the caller's own, who gets it back at the end
        {
            _broken = e;
            settings.Stop.Shutdown();
        }
    }
}
