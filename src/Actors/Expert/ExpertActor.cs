using Akka.Actor;
using Akka.Persistence;
using MoE.Actors.Nodes;
using MoE.Actors.Storage;
using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Expert;

/// <summary>
/// Owns one expert's numbers and processes its rows. Becomes an expert by the definition in its first message, whose
/// sender is its gate; restored by that before it takes any batch. What breaks it is reported as a message, with which
/// its numbers are gone; the gate restores it again.
/// </summary>
internal sealed class ExpertActor : UntypedActor, IWithUnboundedStash
{
    private readonly NodeParts _node = NodeParts.Of(Context.System);
    private ExpertDefinition _definition = null!;
    private IActorRef _gate = null!;
    private IActorRef _store = null!;
    private ExpertState? _state;
    private long _epoch;
    private long _image;
    private bool _isLoading;
    private bool _looksAgain;
    private IActorRef? _device;
    private Restore? _next;
    private UntypedReceive _phase;

    public ExpertActor() => _phase = Undefined;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    private Member Member => _definition.Member;

    private long Key => Member.Key;

    private string StorageId => _definition.StorageId;

    private string Model => _definition.Id.Model;

    public static Props Props() => Akka.Actor.Props.Create(() => new ExpertActor());

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

    /// <summary>Knows not yet which expert it is.</summary>
    private void Undefined(object message)
    {
        switch (message)
        {
            case StartExpert(var definition):
                (_definition, _gate, _phase) = (definition, Sender, Running);
                _store = Persistence.Instance.Apply(Context.System).SnapshotStoreFor(definition.Snapshots);
                _gate.Tell(new Started(Key));
                break;
            case StopExpert:
                Context.Stop(Self);
                break;
            case IWireMessage:
                break;                                       // to one that was here before
            default:
                Unhandled(message);
                break;
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
        _gate.Tell(new Failed(Key, number, reason));
        _gate.Tell(new Started(Key));
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
                    Answer(job.Batch.Number, answers);
                break;
            case RowsProcessed done when IsCurrent(done.Job.Epoch):
                Answer(done.Job.Batch.Number, _state!.Finish(done.Job.Batch, done.Job.Rows, done.Answers));
                break;
            case SaveImage save when IsCurrent(save.Epoch) && !_state!.HasChanged:
                _gate.Tell(new ImageSaved(Key, save.Number, _state.Stored));
                break;
            case SaveImage or TakeFingerprint when IsCurrent(EpochOf(message)):
                if (_state!.Backend.Read(message) is { } image)
                    Give(message, image);
                break;
            case TakeSnapshot take when IsCurrent(take.Epoch):
                if (GivesObjects && _state!.Backend.Snapshot(take) is { } predictor)
                    Give(take, new ExpertSnapshot(predictor, default, take.Classes));
                else if (!GivesObjects && _state!.Backend.Read(take) is { } numbers)
                    Give(take, numbers);
                break;
            case CloneState clone when IsCurrent(clone.Epoch):
                if (_state!.Backend.Clone(clone) is { } initial)
                    _gate.Tell(new Cloned(clone.Newcomer, initial));
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
                _gate.Tell(new Started(Key));
                break;
            case ProcessRows or SaveImage or CloneState or TakeFingerprint or TakeSnapshot:
            case RowsProcessed or ImageRead or CopyKept or CopyGone or DeviceLost or NoRoom:
                break;                                       // of an epoch that is over
            case StopExpert:
                Context.Stop(Self);
                break;
            case SaveSnapshotSuccess saved:
                Saved(saved.Metadata.SequenceNr);
                break;
            case SaveSnapshotFailure failed:
                _gate.Tell(new ImageFailed(Key, failed.Metadata.SequenceNr, RootCause.Of(failed.Cause).Message,
                    FullDisk.IsCause(failed.Cause, _node.DataDirectory)));
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
        (_epoch, _image, _state) = (restore.Epoch, restore.Image, null);
        _device = restore.Device is { } name ? _node.Device(name) : null;
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
        _store.Tell(new LoadSnapshot(StorageId, new SnapshotSelectionCriteria(_image), _image));
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

    private void Begin(InitialState? initial)
    {
        if (initial is { IsOnDevice: true } && _device is { } device)
        {
            device.Tell(new LoadCopy(Model, _epoch, Member.Spec, Key, Member.Noise, Member.NoiseSeed));
            Take(new DeviceBackend(device, Model, _epoch, Self), ExpertKinds.Heads(Member.Spec), isCopy: true);
        }
        else
            Take(initial is { IsOnDevice: false } ? Member.Copy(initial.Numbers(New)) : New(Member),
                isCopy: initial is not null);
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
                GiveUp($"image {_image} of {StorageId} is not there", isDamage: true);
                break;
            case LoadSnapshotFailed failed:
                GiveUp($"image {_image} of {StorageId} cannot be read: "
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
            if (image.Problem(Model, StorageId, _image) is { } problem)
                throw new InvalidDataException(problem);
            Take(ExpertImages.Read(New(Member), image.Bytes));
        }
        catch (InvalidDataException e)
        {
            GiveUp($"image {_image} of {StorageId} is damaged: {e.Message}", isDamage: true);
            return;
        }
        _phase = Running;
        Stash.UnstashAll();
    }

    private IExpert New(Member member) => _node.NewExpert(member, _definition.Schema);

    private void Take(IExpert expert, bool isCopy = false) => Take(BackendOf(expert), expert.Heads, isCopy);

    private void Take(IExpertBackend backend, int heads, bool isCopy)
    {
        _state = new ExpertState(backend, heads, _image, _definition.Window, isCopy);
        _gate.Tell(new Restored(Key, _epoch));
    }

    private IExpertBackend BackendOf(IExpert expert)
    {
        if (_device is not { } device)
            return new CpuBackend(expert, Member);
        device.Tell(new Load(Model, _epoch, Member.Spec, Member.Seed, ExpertImages.Of(expert)));
        return new DeviceBackend(device, Model, _epoch, Self);
    }

    private void GiveUp(string reason, bool isDamage) =>
        _gate.Tell(new RestoreFailed(Key, _epoch, reason, isDamage));

    /// <summary>The batch that a message is about; 0 for one that would break any actor, such as Kill.</summary>
    private long NumberOf(object message) => message switch
    {
        ProcessRows job => job.Batch.Number,
        RowsProcessed done => done.Job.Batch.Number,
        SaveImage save => save.Number,
        TakeFingerprint or TakeSnapshot or CloneState or ImageRead => _state?.Processed ?? 0,
        _ => 0,
    };

    private void Answer(long number, float[] answers) =>
        _gate.Tell(new Answered(Key, _epoch, number, answers), ActorRefs.NoSender);

    /// <summary>Does with the numbers what they were asked for.</summary>
    private void Give(object purpose, ReadOnlyMemory<byte> image)
    {
        switch (purpose)
        {
            case SaveImage(_, var number):
                var metadata = new SnapshotMetadata(
                    StorageId, number, Context.System.Scheduler.Now.UtcDateTime);
                _store.Tell(new SaveSnapshot(
                    metadata, new StateImage(StorageId, number, image) { Model = Model }));
                break;
            case CloneState(_, var newcomer):
                _gate.Tell(new Cloned(newcomer, new InitialState(Member, image)));
                break;
            case TakeSnapshot take:
                Give(take, GivesObjects
                    ? new ExpertSnapshot(
                        ExpertImages.Read(New(Member), image).Snapshot(take.Classes), default, take.Classes)
                    : new ExpertSnapshot(null, image, take.Classes));
                break;
            case TakeFingerprint:
                _gate.Tell(new FingerprintTaken(Key, Fingerprints.Of(image.Span)));
                break;
        }
    }

    private void Give(TakeSnapshot take, ExpertSnapshot snapshot) =>
        _gate.Tell(new SnapshotTaken(Key, _epoch, take.Number, snapshot));

    private void Saved(long image)
    {
        _state?.NoteStored(image);
        _gate.Tell(new ImageSaved(Key, image, image));
    }

    private static long EpochOf(object question) => question switch
    {
        SaveImage save => save.Epoch,
        TakeFingerprint take => take.Epoch,
        _ => throw new ArgumentOutOfRangeException(nameof(question), question, "No image answers this."),
    };

    private bool GivesObjects => _node.GivesObjects && _gate is IInternalActorRef { IsLocal: true };

    private bool IsCurrent(long epoch) => epoch == _epoch && _state is not null;
}
