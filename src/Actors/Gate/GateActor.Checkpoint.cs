using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using MoE.Actors.Storage;
using MoE.Compute.Files;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Gate;

/// <summary>
/// Checkpoints: the gate's and every expert's image after one batch, taken as each of them reaches it while the stream
/// goes on; once all are stored, what lies before the checkpoint before is deleted.
/// </summary>
internal sealed partial class GateActor
{
    private readonly CheckpointKeeper _checkpoints = new();

    private bool OnStore(object message)
    {
        switch (message)
        {
            case CheckpointDue:
                BeginCheckpoint();
                Advance();
                return true;
            case SaveSnapshotSuccess saved:
                _checkpoints.GateSaved(saved.Metadata.SequenceNr);
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
                _checkpoints.DeletionFailed();
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
        if (_checkpoints.Round is not null || _gate.Encoded == (_state.Checkpoint?.Number ?? 0))
            return;
        var encoding = new StateWriter();
        _gate.SaveEncoding(encoding);
        var barrier = _timeline.Barrier(_gate.Encoded, LastSequenceNr);
        _checkpoints.Begin(new CheckpointRound(
            _gate.Encoded, barrier, [.. _state.Sources.Values], encoding.ToArray(), _timeline.Encoded));
        _settings.Telemetry.CheckpointBegan();
        foreach (var expert in _experts.Ready)
            if (_checkpoints.Awaits(expert.Key))
                expert.Actor.Tell(new SaveImage(expert.Epoch, _gate.Encoded));
        TakeGateImage();
    }

    private void TakeGateImage()
    {
        if (_checkpoints.Round is not { GateTaken: false } round || round.Number != _gate.Mixed)
            return;
        var metadata = new SnapshotMetadata(StorageId, round.Number, Context.System.Scheduler.Now.UtcDateTime);
        SnapshotStore.Tell(new SaveSnapshot(metadata, round.Take(StorageId, _gate) with { Model = _settings.Name }));
    }

    private void NoteImage(ImageSaved saved)
    {
        _checkpoints.Saved(saved.Key, saved.Number, saved.Image);
        Advance();
    }

    /// <summary>Writes the event that makes the checkpoint count, once all it stands for is stored.</summary>
    private void CompleteCheckpoint()
    {
        if (_checkpoints.Complete(_journal.Durable) is { } command)
            PersistAllAsync(_state.Decide(command).Events, e => Completed((CheckpointCompleted)e));
    }

    private void Completed(CheckpointCompleted e)
    {
        _state = _state.Apply(e);
        foreach (var expert in _experts.All)
            if (expert.InitialState is not null && _state.ImageOf(expert.Key) > 0)
                Forget(expert);
        _checkpoints.Completed();
        _settings.Telemetry.CheckpointStored();
        _kept.DropThrough(e.Number);
        if (_predictors?.Number < e.Number)
            GiveUpPredictor();                               // an expert that breaks now cannot go back to there
        if (_state.Previous is { } previous)
            DeleteBefore(previous);
        LetGo();
        Advance();
    }

    private void DeleteBefore(CheckpointCompleted oldest)
    {
        if (!_checkpoints.BeginDeleting(oldest))
            return;
        _settings.SettleLog().PipeTo(
            Self, success: () => new LogSettled(oldest), failure: e => new DeleteMessagesFailure(e, oldest.Barrier));
    }

    /// <summary>Once no power cut can take the log back to before the checkpoint that replaces what goes.</summary>
    private void Delete(CheckpointCompleted oldest)
    {
        DeleteMessages(oldest.Barrier);
        IReadOnlyList<Member> present = [.. _experts.All.Select(expert => expert.Member)];
        foreach (var (origin, upTo) in _checkpoints.Dispensable(_state, oldest, present, _gate.Encoded))
            SnapshotStore.Tell(new DeleteSnapshots(
                origin is null ? StorageId : Ids.OfExpert(origin), new SnapshotSelectionCriteria(upTo)));
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
        if (_checkpoints.Deleted() is { } oldest)
            DeleteBefore(oldest);
        Advance();
    }

    private void FailCheckpoint(long number, string part, Exception cause)
    {
        var reason = RootCause.Of(cause).Message;
        if (_checkpoints.Round?.Number != number)
            return;
        if (FullDisk.IsCause(cause, _settings.Durability.DataDirectory))
            throw new ModelException($"The checkpoint cannot be stored: {reason}", cause);
        _checkpoints.Fail(number, reason);
        _settings.Telemetry.CheckpointFailed(reason);
        _log.Warning("Checkpoint {0} failed, for the image of {1} could not be stored: {2}", number, part, reason);
        if (_checkpoints.Failures == CheckpointKeeper.MostFailures)
            throw new ModelException($"{CheckpointKeeper.MostFailures} checkpoints in a row could not be stored: "
                + $"{_checkpoints.FirstFailure}");
        LetGo();
        Advance();
    }

    private void CloseWhenSaved()
    {
        if (_checkpoints.Round is not null || _checkpoints.IsDeleting)
            return;
        if (_settings.Durability.IsDurable && _checkpoints.Failures == 0)
            BeginCheckpoint();
        if (_checkpoints.Round is null)
            Context.Stop(Self);
    }

    /// <summary>The event of the checkpoint after <paramref name="Oldest"/> is safe from a power cut.</summary>
    private sealed record LogSettled(CheckpointCompleted Oldest);

    /// <summary>It is time for a checkpoint.</summary>
    private sealed record CheckpointDue
    {
        public static readonly CheckpointDue Instance = new();
    }
}
