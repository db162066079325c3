using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using MoE.Actors.Storage;
using MoE.Compute.Files;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Gate;

/// <summary>
/// Checkpoints: the gate's and every expert's image after one batch, taken as each of them reaches it while the stream
/// goes on; once all are stored, what lies before the checkpoint before is deleted.
/// </summary>
internal sealed class GateCheckpoints(GateCore core)
{
    /// <summary>The checkpoint in the making, and what may be deleted.</summary>
    public CheckpointKeeper Keeper { get; } = new();

    private string StorageId => core.Ids.OfGate;

    private DurabilityOptions Durability => core.Settings.Durability;

    /// <summary>Takes what the store says of images and deletions; false if it is another's message.</summary>
    public bool Take(object message)
    {
        switch (message)
        {
            case CheckpointDue:
                Begin();
                core.Shell.Advance();
                return true;
            case SaveSnapshotSuccess saved:
                Keeper.GateSaved(saved.Metadata.SequenceNr);
                core.Shell.Advance();
                return true;
            case SaveSnapshotFailure failed:
                Fail(failed.Metadata.SequenceNr, "gate", RootCause.Of(failed.Cause).Message,
                    FullDisk.IsCause(failed.Cause, Durability.DataDirectory));
                return true;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess:
                Deleted(null);
                return true;
            case DeleteMessagesFailure failed:
                Deleted(failed.Cause);
                return true;
            case DeleteSnapshotsFailure failed:
                Keeper.DeletionFailed();
                Deleted(failed.Cause);
                return true;
            case LogSettled(var oldest):
                Delete(oldest);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Begins one if it is owed, or the kept batches take too much; not right after a failure.</summary>
    public void BeginIfDue()
    {
        var isDue = Keeper.IsOwed || core.Kept.Bytes >= Durability.KeptBytes / 2;
        if (isDue && Keeper.Failures == 0)
            Begin();
    }

    /// <summary>Takes the gate's own image, once it has mixed the batch.</summary>
    public void TakeGateImage()
    {
        if (Keeper.Round is not { GateTaken: false } round || round.Number != core.Gate.Mixed)
            return;
        var metadata = new SnapshotMetadata(
            StorageId, round.Number, core.Shell.Context.System.Scheduler.Now.UtcDateTime);
        core.Shell.Images.Tell(
            new SaveSnapshot(metadata, round.Take(StorageId, core.Gate) with { Model = core.Settings.Name }));
    }

    /// <summary>Notes an expert's image.</summary>
    public void NoteImage(long key, long number, long image)
    {
        Keeper.Saved(key, number, image);
        core.Shell.Advance();
    }

    /// <summary>Notes that an image could not be stored.</summary>
    /// <exception cref="ModelException">The disk is full, or too many checkpoints in a row failed.</exception>
    public void Fail(long number, string part, string reason, bool isDiskFull)
    {
        if (Keeper.Round?.Number != number)
            return;
        if (isDiskFull)
            throw new ModelException($"The checkpoint cannot be stored: {reason}", FullDisk.Failure(reason));
        Keeper.Fail(number, reason);
        core.Telemetry.CheckpointFailed(reason);
        core.Shell.Log.Warning(
            "Checkpoint {0} failed, for the image of {1} could not be stored: {2}", number, part, reason);
        if (Keeper.Failures == CheckpointKeeper.MostFailures)
            throw new ModelException($"{CheckpointKeeper.MostFailures} checkpoints in a row could not be stored: "
                + $"{Keeper.FirstFailure}");
        core.Experts.LetGo();
        core.Shell.Advance();
    }

    /// <summary>Writes the event that makes the checkpoint count, once all it stands for is stored.</summary>
    public void Complete()
    {
        if (Keeper.Complete(core.Journal.Durable) is { } command)
            core.Shell.PersistMeanwhile(
                core.State.Decide(command).Events, e => Completed((CheckpointCompleted)e));
    }

    /// <summary>Makes a last checkpoint; whether nothing is left to store or to delete.</summary>
    public bool IsSaved()
    {
        if (Keeper.Round is not null || Keeper.IsDeleting)
            return false;
        if (Durability.IsDurable && Keeper.Failures == 0)
            Begin();
        return Keeper.Round is null;
    }

    /// <summary>Begins one after the last batch encoded, unless one is in the making or nothing is new.</summary>
    private void Begin()
    {
        if (Keeper.Round is not null || core.Gate.Encoded == (core.State.Checkpoint?.Number ?? 0))
            return;
        var encoding = new StateWriter();
        core.Gate.SaveEncoding(encoding);
        var barrier = core.Timeline.Barrier(core.Gate.Encoded, core.Shell.LastSequence);
        Keeper.Begin(new CheckpointRound(core.Gate.Encoded, barrier, [.. core.State.Sources.Values],
            encoding.ToArray(), core.Timeline.Encoded));
        core.Telemetry.CheckpointBegan();
        foreach (var expert in core.Directory.Ready)
            if (Keeper.Awaits(expert.Key))
                expert.Tell(new SaveImage(expert.Epoch, core.Gate.Encoded));
        TakeGateImage();
    }

    private void Completed(CheckpointCompleted e)
    {
        core.Apply(e);
        foreach (var expert in core.Directory.All)
            if (expert.InitialState is not null && core.State.ImageOf(expert.Key) > 0)
                core.Experts.Forget(expert);
        Keeper.Completed();
        core.Telemetry.CheckpointStored();
        core.Kept.DropThrough(e.Number);
        core.Predictors.GiveUpBefore(e.Number);
        if (core.State.Previous is { } previous)
            DeleteBefore(previous);
        core.Experts.LetGo();
        core.Shell.Advance();
    }

    private void DeleteBefore(CheckpointCompleted oldest)
    {
        if (!Keeper.BeginDeleting(oldest))
            return;
        core.Settings.SettleLog().PipeTo(core.Shell.Context.Self, success: () => new LogSettled(oldest),
            failure: e => new DeleteMessagesFailure(e, oldest.Barrier));
    }

    /// <summary>Once no power cut can take the log back to before the checkpoint that replaces what goes.</summary>
    private void Delete(CheckpointCompleted oldest)
    {
        core.Shell.DeleteEvents(oldest.Barrier);
        IReadOnlyList<Member> present = [.. core.Directory.All.Select(expert => expert.Member)];
        foreach (var (origin, upTo) in Keeper.Dispensable(core.State, oldest, present, core.Gate.Encoded))
            core.Shell.Images.Tell(new DeleteSnapshots(
                origin is null ? StorageId : core.Ids.OfExpert(origin), new SnapshotSelectionCriteria(upTo)));
    }

    private void Deleted(Exception? failure)
    {
        if (FullDisk.IsCause(failure, Durability.DataDirectory))
            throw new ModelException(
                $"What is older than the last two checkpoints cannot be deleted: {RootCause.Of(failure!).Message}",
                failure);
        if (failure is not null)
            core.Shell.Log.Warning(
                failure, "What is older than the last two checkpoints could not be deleted; the next one tries again");
        if (Keeper.Deleted() is { } oldest)
            DeleteBefore(oldest);
        core.Shell.Advance();
    }

    /// <summary>The event of the checkpoint after <paramref name="Oldest"/> is safe from a power cut.</summary>
    private sealed record LogSettled(CheckpointCompleted Oldest) : INoSerializationVerificationNeeded;
}

/// <summary>It is time for a checkpoint.</summary>
internal sealed record CheckpointDue : INoSerializationVerificationNeeded
{
    public static readonly CheckpointDue Instance = new();
}
