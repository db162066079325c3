using Akka.Actor;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

/// <summary>
/// Hosts the experts of one model in the gate's own process: makes them, and passes on what is for one of them. An
/// expert that breaks beyond what it can report is stopped; the gate watches it and starts it again.
/// </summary>
internal sealed class ExpertHostActor : UntypedActor
{
    private readonly Dictionary<ExpertId, IActorRef> _experts = [];

    public static Props Props() => Akka.Actor.Props.Create(() => new ExpertHostActor());

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(-1, -1, _ => Directive.Stop, loggingEnabled: false);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ToExpert(var id, StartExpert start):
                Start(id, start);
                break;
            case ToExpert(var id, var forExpert) when _experts.TryGetValue(id, out var expert):
                expert.Forward(forExpert);
                break;
            case ToExpert:
                break;                                       // to one that went
            case Terminated { ActorRef: var gone }:
                foreach (var (id, _) in _experts.Where(expert => expert.Value.Equals(gone)).ToList())
                    _experts.Remove(id);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Start(ExpertId id, StartExpert start)
    {
        if (_experts.Remove(id, out var before))
            Context.Stop(Context.Unwatch(before));
        var isFree = Context.Child(id.Origin).IsNobody();    // else one that is on its way out has the name
        var name = isFree ? id.Origin : $"{id.Origin}~{Guid.NewGuid():N}";
        var expert = _experts[id] = Context.Watch(Context.ActorOf(ExpertActor.Props(), name));
        expert.Forward(start);
    }
}
