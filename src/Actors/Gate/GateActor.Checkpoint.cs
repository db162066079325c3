using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using MoE.Actors.Storage;
using MoE.Compute.Files;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Gate;

/// <summary>
/// Checkpoints: the gate's and every expert's image after one batch, taken as each of them reaches it while the stream
/// goes on; once all are stored, what lies before the checkpoint before is deleted.
/// </summary>
internal sealed partial class GateActor
{
    private const int MaxFailedCheckpoints = 3;

    private CheckpointRound? _round;
    private bool _owesCheckpoint;
    private int _failedCheckpoints;
    private string? _firstFailure;
    private readonly HashSet<string> _gone = [];
    private IReadOnlyList<string> _goneNow = [];
    private int _deleting;
    private CheckpointCompleted? _deleteNext;

    private bool OnStore(object message)
    {
        switch (message)
        {
            case CheckpointDue:
                BeginCheckpoint();
                Advance();
                return true;
            case LoadSnapshotResult { Snapshot: null } or LoadSnapshotFailed when LooksAgain():
                return true;
            case LoadSnapshotResult loaded:
                Load(loaded.Snapshot);
                return true;
            case LoadSnapshotFailed failed:
                NoteUnread(failed.Cause);
                return true;
            case SaveSnapshotSuccess saved:
                if (_round?.Number == saved.Metadata.SequenceNr)
                    _round.GateStored = true;
                Advance();
                return true;
            case SaveSnapshotFailure failed:
                FailCheckpoint(failed.Metadata.SequenceNr, "gate", failed.Cause);
                return true;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess:
                Deleted(null);
                return true;
            case DeleteMessagesFailure failed:
                Deleted(failed.Cause);
                return true;
            case DeleteSnapshotsFailure failed:
                foreach (var seat in _seats.Values)
                    seat.CleanedTo = 0;
                _gone.UnionWith(_goneNow);
                Deleted(failed.Cause);
                return true;
            case LogSettled(var oldest):
                Delete(oldest);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Begins one after the last batch encoded, unless one is in the making or nothing is new.</summary>
    private void BeginCheckpoint()
    {
        if (!_open || _round is not null || _gate.Encoded == (_state.Checkpoint?.Number ?? 0))
            return;
        _owesCheckpoint = false;
        var encoding = new StateWriter();
        _gate.SaveEncoding(encoding);
        _round = new CheckpointRound(
            _gate.Encoded, Barrier(), [.. _state.Sources.Values], encoding.ToArray(), _encodedRoster);
        foreach (var seat in _seats.Values)
            if (seat.Epoch != 0 && _round.Awaits(seat.Key))
                seat.Actor.Tell(new SaveImage(seat.Epoch, _round.Number));
        TakeGateImage();
    }

    private void TakeGateImage()
    {
        if (_round is not { GateTaken: false } round || round.Number != _gate.Mixed)
            return;
        var metadata = new SnapshotMetadata(StorageId, round.Number, Context.System.Scheduler.Now.UtcDateTime);
        SnapshotStore.Tell(new SaveSnapshot(metadata, round.Take(StorageId, _gate) with { Model = _settings.Name }));
    }

    private void NoteImage(ImageSaved saved)
    {
        if (_round?.Number == saved.Number)
            _round.Saved(saved.Key, saved.Image);
        Advance();
    }

    /// <summary>Writes the event that makes the checkpoint count, once all it stands for is stored.</summary>
    private void CompleteCheckpoint()
    {
        if (_round is not { IsStored: true, Completing: false } round || _journal.Durable < round.Number)
            return;
        round.Completing = true;
        var decision = _state.Decide(
            new CompleteCheckpoint(round.Number, round.Barrier, round.Sources, round.Roster, round.Images()));
        PersistAllAsync(decision.Events, e => Completed((CheckpointCompleted)e));
    }

    private void Completed(CheckpointCompleted e)
    {
        _state = _state.Apply(e);
        foreach (var seat in _seats.Values.Where(seat => seat.Beginning is not null && _state.ImageOf(seat.Key) > 0))
            Forget(seat);
        (_round, _failedCheckpoints, _firstFailure) = (null, 0, null);
        _kept.DropThrough(e.Number);
        if (_predictors?.Number < e.Number)
            GiveUpPredictor();                               // an expert that breaks now cannot go back to there
        if (_state.Previous is { } previous)
            DeleteBefore(previous);
        LetGo();
        Advance();
    }

    /// <summary>Two deletions at once may lock each other out in a database: the second one waits its turn.</summary>
    private void DeleteBefore(CheckpointCompleted oldest)
    {
        _deleteNext = _deleting > 0 ? oldest : null;
        if (_deleting > 0)
            return;
        _deleting++;
        _settings.SettleLog().PipeTo(
            Self, success: () => new LogSettled(oldest), failure: e => new DeleteMessagesFailure(e, oldest.Barrier));
    }

    /// <summary>Once no power cut can take the log back to before the checkpoint that replaces what goes.</summary>
    private void Delete(CheckpointCompleted oldest)
    {
        DeleteMessages(oldest.Barrier);
        DeleteSnapshots(StorageId, oldest.Number - 1);
        foreach (var seat in _seats.Values)
        {
            var last = _state.DispensableImageOf(seat.Key, oldest);
            if (last <= seat.CleanedTo)
                continue;
            DeleteSnapshots(Ids.OfExpert(seat.Origin), last);
            seat.CleanedTo = last;
        }
        _goneNow = [.. _gone.Where(IsForgotten)];
        _gone.ExceptWith(_goneNow);
        foreach (var origin in _goneNow)
            DeleteSnapshots(Ids.OfExpert(origin), _gate.Encoded);
    }

    private bool IsForgotten(string origin) => !_seats.Values.Select(seat => seat.Member)
        .Concat(_state.Checkpoint?.Roster.Members ?? []).Concat(_state.Previous?.Roster.Members ?? [])
        .Any(member => member.Origin == origin);

    private void DeleteSnapshots(string storageId, long upTo)
    {
        if (upTo < 1)
            return;
        _deleting++;
        SnapshotStore.Tell(new DeleteSnapshots(storageId, new SnapshotSelectionCriteria(upTo)));
    }

    private void Deleted(Exception? failure)
    {
        if (FullDisk.IsCause(failure, _settings.Durability.DataDirectory))
            throw new ModelException(
                $"What is older than the last two checkpoints cannot be deleted: {RootCause.Of(failure!).Message}",
                failure);
        if (failure is not null)
            _log.Warning(
                failure, "What is older than the last two checkpoints could not be deleted; the next one tries again");
        _deleting--;
        if (_deleting == 0 && _deleteNext is { } oldest)
            DeleteBefore(oldest);
        Advance();
    }

    private void FailCheckpoint(long number, string part, Exception cause)
    {
        var reason = RootCause.Of(cause).Message;
        if (_round?.Number != number)
            return;
        if (FullDisk.IsCause(cause, _settings.Durability.DataDirectory))
            throw new ModelException($"The checkpoint cannot be stored: {reason}", cause);
        _round = null;
        _failedCheckpoints++;
        _firstFailure ??= reason;                            // later ones may only say that the store is given a rest
        _log.Warning("Checkpoint {0} failed, for the image of {1} could not be stored: {2}", number, part, reason);
        if (_failedCheckpoints == MaxFailedCheckpoints)
            throw new ModelException(
                $"{MaxFailedCheckpoints} checkpoints in a row could not be stored: {_firstFailure}");
        LetGo();
        Advance();
    }

    private void CloseWhenSaved()
    {
        if (!_closing || _round is not null || _deleting > 0)
            return;
        if (_settings.Durability.IsDurable && _failedCheckpoints == 0)
            BeginCheckpoint();
        if (_round is not null)
            return;
        Context.Stop(Self);
    }

    /// <summary>The event of the checkpoint behind <paramref name="Oldest"/> is safe from a power cut.</summary>
    private sealed record LogSettled(CheckpointCompleted Oldest);

    /// <summary>It is time for a checkpoint.</summary>
    private sealed record CheckpointDue
    {
        public static readonly CheckpointDue Instance = new();
    }
}
