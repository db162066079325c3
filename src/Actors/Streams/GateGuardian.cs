using Akka.Actor;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Streams;

/// <summary>
/// The gate's parent in a process of its own: a gate that breaks is stopped, not restarted, and whoever waits for the
/// model learns why.
/// </summary>
/// <param name="gate">How the gate is made.</param>
/// <param name="stopped">Done when the gate has stopped: null after it was closed, or why it could not go on.</param>
internal sealed class GateGuardian(Props gate, TaskCompletionSource<ModelException?> stopped) : UntypedActor
{
    private IActorRef _gate = ActorRefs.Nobody;
    private Exception? _broken;
    private bool _closed;

    public static Props Props(Props gate, TaskCompletionSource<ModelException?> stopped) =>
        Akka.Actor.Props.Create(() => new GateGuardian(gate, stopped));

    /// <inheritdoc/>
    protected override void PreStart() => _gate = Context.Watch(Context.ActorOf(gate, "gate"));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        -1,
        -1,
        e =>
        {
            _broken ??= e;
            return Directive.Stop;
        },
        loggingEnabled: false);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GetProgress or GetReport or ChangePool or GetPredictor:
                _gate.Forward(message);
                break;
            case Close:
                _closed = true;
                _gate.Forward(message);
                break;
            case GetGate:
                Sender.Tell(_gate);
                break;
            case GateFailed(var cause):
                _broken ??= cause;
                Context.Stop(_gate);
                break;
            case Terminated:
                stopped.TrySetResult(Reason());
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private ModelException? Reason() => _broken switch
    {
        ModelException known => known,
        null when _closed => null,
        null => new ModelException("The model stopped unexpectedly; open it again."),
        var unknown => new ModelException($"The gate failed, which is a bug in moe: {unknown}", unknown),
    };

    /// <summary>Answered by the gate's address.</summary>
    internal sealed record GetGate : INoSerializationVerificationNeeded;
}
