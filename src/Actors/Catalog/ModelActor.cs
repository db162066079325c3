using Akka.Actor;
using Akka.Event;
using MoE.Actors.Gate;
using MoE.Actors.Telemetry;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Catalog;

/// <summary>A model to run.</summary>
/// <param name="Gate">What its gate is made of.</param>
/// <param name="Hold">What it holds.</param>
/// <param name="Stopped">Done when the gate has stopped: null after it was closed, or why it could not go on.</param>
/// <param name="TellsFailures">Whether the log is to say why it stopped; else who waits for the model does.</param>
internal sealed record ModelSettings(
    GateSettings Gate, ModelHold Hold, TaskCompletionSource<ModelException?> Stopped, bool TellsFailures);

/// <summary>
/// The gate's parent: a gate that breaks is stopped, not restarted, and whoever waits for the model learns why. Stops
/// once the model's part of the store is free again.
/// </summary>
internal sealed class ModelActor(ModelSettings settings) : UntypedActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _gate = ActorRefs.Nobody;
    private Exception? _broken;
    private bool _closed;

    public static Props Props(ModelSettings settings) => Akka.Actor.Props.Create(() => new ModelActor(settings));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Instruments.Add(settings.Gate.Telemetry);
        _gate = Context.Watch(Context.ActorOf(GateActor.Props(settings.Gate), "gate"));
        settings.Hold.Store.Lost.PipeTo(Self, success: cause => new GateFailed(cause));
    }

    /// <inheritdoc/>
    protected override void PostStop() => Instruments.Remove(settings.Gate.Telemetry);

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
                End();
                break;
            case Released(var failure):
                if (failure is not null)
                    _log.Error(failure, "The store of model '{0}' could not be let go", settings.Gate.Name);
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void End()
    {
        var reason = Reason();
        if (reason is not null && settings.TellsFailures)
            _log.Error("Model '{0}' stopped: {1}", settings.Gate.Name, reason.Message);
        settings.Stopped.TrySetResult(reason);
        settings.Hold.ReleaseAsync().PipeTo(Self, success: () => new Released(null), failure: e => new Released(e));
    }

    private ModelException? Reason() => _broken switch
    {
        ModelException known => known,
        null when _closed => null,
        null => new ModelException("The model stopped by itself; open it again."),
        var unknown => new ModelException($"The gate broke, which is an error in moe: {unknown}", unknown),
    };

    /// <summary>Answered by the gate's address.</summary>
    internal sealed record GetGate : INoSerializationVerificationNeeded;

    /// <summary>The store is free, or could not be let go.</summary>
    private sealed record Released(Exception? Failure) : INoSerializationVerificationNeeded;
}
