using Akka.Actor;
using Akka.Event;
using MoE.Actors.Expert;
using MoE.Compute;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Gate;

/// <summary>
/// The gate as the experts' supervisor: restores them, freezes those that keep failing, takes their fingerprints.
/// </summary>
internal sealed partial class GateActor
{
    private readonly List<IActorRef> _reporters = [];
    private string?[]? _fingerprints;
    private bool _closing;
    private long _restores;

    /// <summary>Whether no batch may begin until those under way are done, for somebody waits for the whole.</summary>
    private bool MustDrain => _reporters.Count > 0;

    private void Restore(int place)
    {
        var seat = _seats[place];
        seat.IsUp = true;
        if (seat.IsFreezing)
            return;
        seat.Epoch = (_state.Epoch << 32) + ++_restores;
        seat.Actor.Tell(new Restore(seat.Epoch, _state.ImageOf(place)));
        foreach (var batch in _kept)
        {
            if (_pipeline.Asks(batch, place))
                seat.Actor.Tell(new WalkRows(seat.Epoch, batch, _pipeline.RowsOf(batch, place)));
            if (_round is { } round && round.Number == batch.Number && round.Awaits(place))
                seat.Actor.Tell(new SaveImage(seat.Epoch, round.Number));
        }
        if (_fingerprints is { } taken && taken[place] is null)
            seat.Actor.Tell(new TakeFingerprint(seat.Epoch));
    }

    private IActorRef StartExpert(int place)
    {
        var spec = _settings.Options.Pool[place];
        var expert = new ExpertSettings(
            place, ExpertStorageId(spec.Id), _settings.Options.Window, () => _settings.NewExpert(spec));
        return Context.Watch(Context.ActorOf(ExpertActor.Props(expert), spec.Id));
    }

    /// <summary>An expert that was stopped, by whomever, comes back.</summary>
    private void Replace(IActorRef stopped)
    {
        var place = Array.FindIndex(_seats, seat => seat.Actor.Equals(stopped));
        if (place < 0)
            return;
        var seat = _seats[place];
        _log.Warning("Expert '{0}' was stopped; it is started again and restored", seat.Spec.Id);
        (seat.IsUp, seat.Epoch, seat.Actor) = (false, 0, StartExpert(place));
    }

    private void NoteRestoreFailure(RestoreFailed failed)
    {
        if (!IsRestoring || !failed.IsDamage)
            throw new ModelException(
                $"Expert '{_seats[failed.Place].Spec.Id}' cannot be restored: {failed.Reason}; open the model again.");
        FallBack(failed.Reason);
    }

    private void NoteFailure(Failed failed)
    {
        var seat = _seats[failed.Place];
        (seat.IsUp, seat.Epoch) = (false, 0);
        if (failed.Number == 0)
        {
            _log.Warning("Expert '{0}' broke ({1}); it is restored", seat.Spec.Id, failed.Reason);
            return;
        }
        var failures = seat.Fail(failed.Number);
        _log.Warning("Expert '{0}' failed on batch {1} ({2} of {3}): {4}; it is restored",
            seat.Spec.Id, failed.Number, failures, ExpertSeat.MaxFailures, failed.Reason);
        if (failures < ExpertSeat.MaxFailures)
            return;
        if (failed.Number <= _gate.Mixed || _state.Frozen.ContainsKey(seat.Spec.Id))
            throw new ModelException(
                $"Expert '{seat.Spec.Id}' fails again and again at batch {failed.Number}, which it has learned: "
                + $"{failed.Reason}. The model cannot go on with it.");
        seat.IsFreezing = true;
        _pipeline.Hold(failed.Place, failed.Number);
        var decision = _state.Decide(new FreezeExpert(seat.Spec.Id, failed.Number, failed.Reason));
        PersistAllAsync(decision.Events, e => Freeze(failed.Place, (ExpertFrozen)e));
    }

    private void Freeze(int place, ExpertFrozen e)
    {
        var expert = e.Expert;
        _log.Warning("Expert '{0}' is out of the pool from batch {1} on: {2}", expert.Id, expert.From, expert.Reason);
        _state = _state.Apply(e);
        _pipeline.Freeze(place, expert.From);
        _seats[place].IsFreezing = false;
        if (_seats[place].IsUp)
            Restore(place);                                  // without the batches that it fails on
        Advance();
    }

    private void BeginReport()
    {
        if (_reporters.Count == 0 || _fingerprints is not null)
            return;
        _fingerprints = new string?[_seats.Length];
        foreach (var seat in _seats)
            if (seat.Epoch != 0)
                seat.Actor.Tell(new TakeFingerprint(seat.Epoch));
    }

    private void NoteFingerprint(FingerprintTaken taken)
    {
        if (_fingerprints is not { } all)
            return;
        all[taken.Place] = taken.Value;
        if (Array.IndexOf(all, null) >= 0)
            return;
        var whole = Fingerprints.Combine(
            [Fingerprints.Of(_gate.SaveEncoding), Fingerprints.Of(_gate.SaveMixing), .. all.Select(f => f!)]);
        foreach (var reporter in _reporters)
            reporter.Tell(new MixtureReport(_gate.Scores(), _gate.ExpertScores(), _duplicates, whole)
            {
                Roster = _roster,
            });
        _reporters.Clear();
        _fingerprints = null;
        Advance();
    }
}
