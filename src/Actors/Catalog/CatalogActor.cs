using Akka.Actor;
using MoE.Actors.Storage;
using static MoE.Actors.Catalog.CatalogCommands;
using static MoE.Actors.Catalog.CatalogReplies;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Catalog;

/// <summary>
/// The models of a node that are open, each a child by its name. One that breaks leaves the others as they are.
/// </summary>
/// <param name="store">Where they lie.</param>
/// <param name="starter">Brings a model so far that its actors can start.</param>
internal sealed class CatalogActor(IStore store, ModelStarter starter) : UntypedActor
{
    private readonly Dictionary<string, ModelLink> _open = [];
    private readonly List<(string Name, IActorRef Asker)> _closers = [];
    private readonly List<IActorRef> _closersOfAll = [];
    private CatalogState _state = CatalogState.Empty;

    public static Props Props(IStore store, ModelStarter starter) =>
        Akka.Actor.Props.Create(() => new CatalogActor(store, starter));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IModelCommand command when _state.Refusal(command) is { } reason:
                Sender.Tell(new Status.Failure(new ModelException(reason)));
                break;
            case StartModel start:
                Prepare(start);
                break;
            case Prepared prepared:
                Start(prepared);
                break;
            case CloseModel(var name):
                _closers.Add((name, Sender));
                Close(name);
                break;
            case DeleteModel(var name):
                Delete(name);
                break;
            case Ended(var name, var answer, var asker):
                Leave(name);
                asker.Tell(answer);
                break;
            case GetOpenModels:
                Sender.Tell(new ModelsOpen([.. _open.Values]));
                break;
            case CloseAll:
                _state = _state with { IsClosing = true };
                _closersOfAll.Add(Sender);
                foreach (var name in _open.Keys)
                    Close(name);
                AnswerClosers();
                break;
            case Terminated stopped:
                NoteClosed(stopped.ActorRef.Path.Name);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Prepare(StartModel start)
    {
        var (name, asker) = (start.Name, Sender);
        _state = _state.With(name, ModelPhase.Starting);
        starter.PrepareAsync(name, start.Order).PipeTo(Self,
            success: model => new Prepared(model, asker),
            failure: e => new Ended(name, new Status.Failure(e), asker));
    }

    // Where all is being closed meanwhile, it is closed like the others.
    private void Start(Prepared prepared)
    {
        var settings = prepared.Settings;
        var name = settings.Gate.Name;
        var model = Context.Watch(Context.ActorOf(ModelActor.Props(settings), name));
        _state = _state.With(name, ModelPhase.Open);
        _open[name] = starter.Link(settings, model);
        prepared.Asker.Tell(new ModelStarted(_open[name]));
        if (_state.IsClosing)
            Close(name);
    }

    private void Close(string name)
    {
        if (_state.PhaseOf(name) != ModelPhase.Open)
            return;
        _state = _state.With(name, ModelPhase.Closing);
        _open[name].Actor.Tell(new Close());
    }

    private void Delete(string name)
    {
        var asker = Sender;
        _state = _state.With(name, ModelPhase.Deleting);
        store.DeleteModelAsync(name, CancellationToken.None).PipeTo(Self,
            success: () => new Ended(name, new ModelDeleted(name), asker),
            failure: e => new Ended(name, new Status.Failure(e), asker));
    }

    private void NoteClosed(string name)
    {
        if (_open.Remove(name, out var gone))
            gone.NoteGone();
        foreach (var (_, asker) in _closers.Where(closer => closer.Name == name))
            asker.Tell(new ModelClosed(name));
        _closers.RemoveAll(closer => closer.Name == name);
        Leave(name);
    }

    private void Leave(string name)
    {
        _state = _state.Without(name);
        AnswerClosers();
    }

    private void AnswerClosers()
    {
        if (!_state.IsClosed)
            return;
        foreach (var asker in _closersOfAll)
            asker.Tell(new AllClosed());
        _closersOfAll.Clear();
    }

    /// <summary>A model's store is open.</summary>
    private sealed record Prepared(ModelSettings Settings, IActorRef Asker) : INoSerializationVerificationNeeded;

    /// <summary>Nothing is done with a model any more.</summary>
    private sealed record Ended(string Name, object Answer, IActorRef Asker) : INoSerializationVerificationNeeded;
}
