using Akka.Actor;
using Akka.Persistence;
using MoE.Actors.Recovery;
using MoE.Actors.Storage;
using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Rosters;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Expert;

/// <summary>Where an expert stands in its model, and how it is made.</summary>
/// <param name="Key">Its key in the roster.</param>
/// <param name="StorageId">The id under which its snapshots are stored.</param>
/// <param name="Window">Batches that may be under way.</param>
/// <param name="New">Makes the expert as it is before the first row.</param>
internal sealed record ExpertSettings(long Key, string StorageId, int Window, Func<IExpert> New)
{
    /// <summary>What it is; needed only where it begins as a copy, or a device computes for it.</summary>
    public Member? Member { get; init; }

    /// <summary>The model's name, which its images carry; null only where it has none.</summary>
    public string? Model { get; init; }

    /// <summary>Id of the plugin that its snapshots are stored by.</summary>
    public string Snapshots { get; init; } = StorePlugins.Default.Snapshots;
}

/// <summary>
/// Owns one expert's numbers and processes its rows. Restored by its gate, the parent, before it takes any batch. What
/// breaks it is reported as a message, with which its numbers are gone; the gate restores it again.
/// </summary>
internal sealed class ExpertActor : UntypedActor, IWithUnboundedStash
{
    private readonly ExpertSettings _settings;
    private readonly IActorRef _gate = Context.Parent;
    private readonly IActorRef _store;
    private ExpertState? _state;
    private long _epoch;
    private long _image;
    private bool _isLoading;
    private bool _looksAgain;
    private IActorRef? _device;
    private Restore? _next;
    private UntypedReceive _phase;

    public ExpertActor(ExpertSettings settings)
    {
        (_settings, _phase) = (settings, Running);
        _store = Persistence.Instance.Apply(Context.System).SnapshotStoreFor(settings.Snapshots);
    }

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    public static Props Props(ExpertSettings settings) => Akka.Actor.Props.Create(() => new ExpertActor(settings));

    /// <inheritdoc/>
    protected override void PreStart() => _gate.Tell(new Started(_settings.Key));

    /// <inheritdoc/>
    protected override void PostStop() => _state?.Backend.Leave();

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        try
        {
            _phase(message);
        }
        catch (Exception e)                                  // whatever it is, the gate decides what comes of it
        {
            Break(message, RootCause.Of(e).Message);
        }
    }

    private void Break(object message, string reason)
    {
        var number = NumberOf(message);
        _state?.Backend.Leave();
        (_state, _phase) = (null, Running);
        Stash.UnstashAll();                                  // they are of an epoch that is over
        if (message is Restore or LoadSnapshotResult)
        {
            GiveUp(reason, isDamage: true);
            return;
        }
        _gate.Tell(new Failed(_settings.Key, number, reason));
        _gate.Tell(new Started(_settings.Key));
    }

    private void Running(object message)
    {
        switch (message)
        {
            case Restore restore:
                Begin(restore);
                break;
            case ProcessRows job when IsCurrent(job.Epoch):
                if (_state!.Process(job) is { } answers)
                    Answer(job, answers);
                break;
            case RowsProcessed done when IsCurrent(done.Job.Epoch):
                Answer(done.Job, _state!.Finish(done.Job, done.Answers));
                break;
            case SaveImage save when IsCurrent(save.Epoch) && !_state!.HasChanged:
                _gate.Tell(new ImageSaved(_settings.Key, save.Number, _state.Stored));
                break;
            case SaveImage or TakeFingerprint when IsCurrent(EpochOf(message)):
                if (_state!.Backend.Read(message) is { } image)
                    Give(message, image);
                break;
            case TakeSnapshot take when IsCurrent(take.Epoch):
                if (_state!.Backend.Snapshot(take) is { } predictor)
                    Give(take, predictor);
                break;
            case CloneState clone when IsCurrent(clone.Epoch):
                if (_state!.Backend.Clone(clone) is { } beginning)
                    _gate.Tell(new Cloned(clone.Newcomer, beginning));
                break;
            case CopyKept kept when IsCurrent(kept.Epoch):
                _gate.Tell(new Cloned(kept.Newcomer, InitialState.OnDevice));
                break;
            case ImageRead read when IsCurrent(read.Epoch):
                Give(read.Purpose, read.Image);
                break;
            case DeviceLost or NoRoom when _state?.Backend is DeviceBackend:
            case CopyGone gone when IsCurrent(gone.Epoch):
                _state = null;
                _gate.Tell(new Started(_settings.Key));
                break;
            case ProcessRows or SaveImage or CloneState or TakeFingerprint or TakeSnapshot:
            case RowsProcessed or ImageRead or CopyKept or CopyGone or DeviceLost or NoRoom:
                break;                                       // of an epoch that is over
            case SaveSnapshotSuccess saved:
                Saved(saved.Metadata.SequenceNr);
                break;
            case SaveSnapshotFailure failed:
                _gate.Tell(new ImageFailed(_settings.Key, failed.Metadata.SequenceNr, failed.Cause));
                break;
            case LoadSnapshotResult or LoadSnapshotFailed:
                break;                                       // of an image that is not wanted any more
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin(Restore restore)
    {
        _state?.Backend.Leave();
        (_epoch, _image, _device, _state) = (restore.Epoch, restore.Image, restore.Device, null);
        if (_image == 0)
        {
            Begin(restore.InitialState);
            return;
        }
        _looksAgain = false;
        Look();
        _phase = Restoring;
    }

    private void Look()
    {
        _isLoading = true;
        _store.Tell(new LoadSnapshot(_settings.StorageId, new SnapshotSelectionCriteria(_image), _image));
    }

    /// <summary>
    /// Looks for the image once more before it counts as lost: a connection that breaks may look like damage, once, and
    /// what is damaged stays so.
    /// </summary>
    private bool LooksAgain()
    {
        if (_looksAgain)
            return false;
        _looksAgain = true;
        Look();
        return true;
    }

    private void Begin(InitialState? beginning)
    {
        if (beginning is { IsOnDevice: true } && _device is { } device && _settings.Member is { } member)
        {
            device.Tell(new BeginCopy(_epoch, member.Spec, _settings.Key, member.Noise, member.NoiseSeed));
            Take(new DeviceBackend(device, _epoch, Self), ExpertKinds.Heads(member.Spec), isCopy: true);
        }
        else
            Take(beginning?.Parent is { } parent ? _settings.Member!.Copy(parent) : _settings.New(),
                isCopy: beginning is not null);
    }

    private void Restoring(object message)
    {
        _isLoading &= message is not (LoadSnapshotResult or LoadSnapshotFailed);
        switch (message)
        {
            case LoadSnapshotResult or LoadSnapshotFailed when _next is { } next:
                _next = null;                                // a failure does not say of which image it is
                Restart(next);
                break;
            case LoadSnapshotResult { Snapshot: { Snapshot: StateImage image } found }
                when found.Metadata.SequenceNr == _image:
                Load(image);
                break;
            case LoadSnapshotFailed when LooksAgain():
            case LoadSnapshotResult missing when missing.ToSequenceNr == _image && LooksAgain():
                break;
            case LoadSnapshotResult result when result.ToSequenceNr == _image:
                GiveUp($"image {_image} of {_settings.StorageId} is not there", isDamage: true);
                break;
            case LoadSnapshotFailed failed:
                GiveUp($"image {_image} of {_settings.StorageId} cannot be read: "
                    + RootCause.Of(failed.Cause).Message, StoredDamage.IsCause(failed.Cause));
                break;
            case Restore restore when _isLoading:
                _next = restore;
                break;
            case Restore restore:
                Restart(restore);
                break;
            case SaveSnapshotSuccess or SaveSnapshotFailure:
                Running(message);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void Restart(Restore restore)
    {
        _phase = Running;
        Begin(restore);
    }

    private void Load(StateImage image)
    {
        try
        {
            if (image.Problem(_settings.Model, _settings.StorageId, _image) is { } problem)
                throw new InvalidDataException(problem);
            Take(From(image.Bytes));
        }
        catch (InvalidDataException e)
        {
            GiveUp($"image {_image} of {_settings.StorageId} is damaged: {e.Message}", isDamage: true);
            return;
        }
        _phase = Running;
        Stash.UnstashAll();
    }

    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    private IExpert From(ReadOnlyMemory<byte> image)
    {
        var expert = _settings.New();
        var numbers = new StateReader(image);
        expert.Load(numbers);
        numbers.End();
        return expert;
    }

    private void Take(IExpert expert, bool isCopy = false) => Take(BodyOf(expert), expert.Heads, isCopy);

    private void Take(IExpertBackend body, int heads, bool isCopy)
    {
        _state = new ExpertState(body, heads, _image, _settings.Window, isCopy);
        _gate.Tell(new Restored(_settings.Key, _epoch));
    }

    private IExpertBackend BodyOf(IExpert expert)
    {
        if (_device is not { } device || _settings.Member is not { } member)
            return new CpuBackend(expert);
        device.Tell(new MoveIn(_epoch, member.Spec, member.Seed, CpuBackend.ImageOf(expert)));
        return new DeviceBackend(device, _epoch, Self);
    }

    private void GiveUp(string reason, bool isDamage) =>
        _gate.Tell(new RestoreFailed(_settings.Key, _epoch, reason, isDamage));

    /// <summary>The batch that a message is about; 0 for one that would break any actor, such as Kill.</summary>
    private long NumberOf(object message) => message switch
    {
        ProcessRows job => job.Batch.Number,
        RowsProcessed done => done.Job.Batch.Number,
        SaveImage save => save.Number,
        TakeFingerprint or TakeSnapshot or CloneState or ImageRead => _state?.Processed ?? 0,
        _ => 0,
    };

    private void Answer(ProcessRows job, float[] answers) =>
        _gate.Tell(new Answered(_settings.Key, _epoch, job.Batch.Number, answers), ActorRefs.NoSender);

    /// <summary>Does with the numbers what they were asked for.</summary>
    private void Give(object purpose, ReadOnlyMemory<byte> image)
    {
        switch (purpose)
        {
            case SaveImage(_, var number):
                var metadata = new SnapshotMetadata(
                    _settings.StorageId, number, Context.System.Scheduler.Now.UtcDateTime);
                _store.Tell(new SaveSnapshot(
                    metadata, new StateImage(_settings.StorageId, number, image) { Model = _settings.Model }));
                break;
            case CloneState(_, var newcomer):
                _gate.Tell(new Cloned(newcomer, new InitialState(From(image))));
                break;
            case TakeSnapshot take:
                Give(take, From(image).Snapshot(take.Classes));
                break;
            case TakeFingerprint:
                _gate.Tell(new FingerprintTaken(_settings.Key, Fingerprints.Of(image.Span)));
                break;
        }
    }

    private void Give(TakeSnapshot take, IPredictor predictor) =>
        _gate.Tell(new SnapshotTaken(_settings.Key, _epoch, take.Number, predictor));

    private void Saved(long image)
    {
        _state?.NoteStored(image);
        _gate.Tell(new ImageSaved(_settings.Key, image, image));
    }

    private static long EpochOf(object question) => question switch
    {
        SaveImage save => save.Epoch,
        TakeFingerprint take => take.Epoch,
        _ => throw new ArgumentOutOfRangeException(nameof(question), question, "Nobody asks this for an image."),
    };

    private bool IsCurrent(long epoch) => epoch == _epoch && _state is not null;
}
