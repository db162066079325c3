using Akka.Actor;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Gate;

/// <summary>Copies of the whole state after one batch, by which others predict while the gate learns on.</summary>
internal sealed partial class GateActor
{
    private readonly List<IActorRef> _predictorAskers = [];
    private readonly List<IActorRef> _predictorAwaiters = [];
    private PredictorRound? _predictors;

    /// <summary>Begins one after the last batch encoded where somebody asks, unless one is in the making.</summary>
    private void BeginPredictor()
    {
        if (_predictors is not null || _predictorAskers.Count == 0)
            return;
        _predictors = new PredictorRound(_gate, (member, number) =>
            _state.Dropped.GetValueOrDefault(member.Origin) is { } dropped && dropped.From <= number);
        _settings.Telemetry.CopyBegan();
        // who asks from here on may have to see what is learned from here on
        _predictorAwaiters.AddRange(_predictorAskers);
        _predictorAskers.Clear();
        foreach (var expert in _experts.Ready)
            if (_predictors.Awaits(expert.Key))
                expert.Actor.Tell(
                    new TakeSnapshot(expert.Epoch, _predictors.Number, _predictors.ClassesFor(expert.Key)));
    }

    private void NoteSnapshot(SnapshotTaken taken)
    {
        if (_predictors?.Number != taken.Number)
            return;
        _predictors.Take(taken.Key, taken.Predictor);
        Advance();
    }

    /// <summary>Begins anew where the numbers of one in the making cannot be had any more.</summary>
    private void GiveUpPredictor()
    {
        if (_predictors is null)
            return;
        _predictors = null;
        _predictorAskers.AddRange(_predictorAwaiters);
        _predictorAwaiters.Clear();
    }

    /// <summary>Gives the predictor to all who asked before it was begun.</summary>
    private void GivePredictor()
    {
        if (_predictors?.Finished(_gate) is not { } predictor)
            return;
        _predictors = null;
        _settings.Telemetry.CopyMade();
        foreach (var asker in _predictorAwaiters)
            asker.Tell(predictor);
        _predictorAwaiters.Clear();
        BeginPredictor();
    }
}
