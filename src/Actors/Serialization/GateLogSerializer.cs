using System.Text;
using Akka.Actor;
using Akka.Serialization;
using MoE.Actors.Gate;
using MoE.Actors.Storage;
using MoE.Compute.Files;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;

namespace MoE.Actors.Serialization;

/// <summary>
/// The gate's events as they lie in users' data directories: flat little-endian numbers and a checksum, under a
/// manifest of their own.
/// A manifest is never reused; a changed layout gets ".2".
/// </summary>
public sealed class GateLogSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string ModelV1 = "moe.model-created.1";
    private const string ModelV2 = "moe.model-created.2";
    private const string EpochV1 = "moe.epoch-started.1";
    private const string SourceV1 = "moe.source-opened.1";
    private const string BatchesV1 = "moe.batches-accepted.1";
    private const string DroppedV1 = "moe.expert-frozen.1";
    private const string RosterV1 = "moe.roster-changed.1";
    private const string CheckpointV1 = "moe.checkpoint-completed.1";
    private const string CheckpointV2 = "moe.checkpoint-completed.2";
    private const string CheckpointV3 = "moe.checkpoint-completed.3";
    private const string DeviceV1 = "moe.device-chosen.1";
    private const string DiscardedV1 = "moe.checkpoint-discarded.1";

    /// <inheritdoc/>
    public override int Identifier => SerializerIds.GateLog;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        ModelCreated => ModelV2,
        EpochStarted => EpochV1,
        SourceOpened => SourceV1,
        BatchesAccepted => BatchesV1,
        ExpertDropped => DroppedV1,
        RosterChanged => RosterV1,
        CheckpointCompleted { Device: null } => CheckpointV2,
        CheckpointCompleted => CheckpointV3,
        DeviceChosen => DeviceV1,
        CheckpointDiscarded => DiscardedV1,
        _ => throw new ArgumentException($"{o?.GetType()} is not an event of a gate's log.", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var state = new StateWriter();
        switch (obj)
        {
            case ModelCreated e:
                ModelFormat.Write(state, e);
                break;
            case EpochStarted e:
                state.Write(e.Epoch);
                break;
            case SourceOpened(var index, var id):
                state.Write((long)index);
                ProgressFormat.Write(state, id);
                break;
            case BatchesAccepted e:
                BatchFormat.Write(state, e);
                break;
            case ExpertDropped(var expert):
                ProgressFormat.Write(state, expert);
                break;
            case RosterChanged(var change):
                RosterFormat.Write(state, change);
                break;
            case CheckpointCompleted e:
                CheckpointFormat.Write(state, e);
                if (e.Device is { } device)
                    DeviceFormat.Write(state, device);
                break;
            case DeviceChosen e:
                DeviceFormat.Write(state, e);
                break;
            case CheckpointDiscarded(var number, var reason):
                state.Write(number);
                state.Write(reason);
                break;
            default:
                throw new ArgumentException($"{obj?.GetType()} is not an event of a gate's log.", nameof(obj));
        }
        return Sealed.Seal(Manifest(obj), state.Bytes, []);
    }

    /// <inheritdoc/>
    /// <remarks>What is damaged comes back as such: the log after it may still be enough.</remarks>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest == SerializerIds.RefusedManifest)
            return new UnreadableEvent(Encoding.UTF8.GetString(bytes));
        try
        {
            return Read(new StateReader(Sealed.Open(manifest, bytes)), manifest);
        }
        catch (InvalidDataException e)
        {
            return new UnreadableEvent(e.Message);
        }
    }

    private static IGateEvent Read(StateReader state, string manifest)
    {
        IGateEvent e = manifest switch
        {
            ModelV1 => ModelFormat.ReadV1(state),
            ModelV2 => ModelFormat.Read(state),
            EpochV1 => new EpochStarted(state.ReadInt64()),
            SourceV1 => new SourceOpened(state.ReadCount(int.MaxValue), ProgressFormat.ReadId(state)),
            BatchesV1 => BatchFormat.Read(state),
            DroppedV1 => new ExpertDropped(ProgressFormat.ReadDropped(state)),
            RosterV1 => new RosterChanged(RosterFormat.ReadChange(state)),
            CheckpointV1 => CheckpointFormat.ReadV1(state),
            CheckpointV2 => CheckpointFormat.Read(state),
            CheckpointV3 => CheckpointFormat.Read(state) with { Device = DeviceFormat.Read(state) },
            DeviceV1 => DeviceFormat.Read(state),
            DiscardedV1 => new CheckpointDiscarded(state.ReadInt64(), state.ReadString()),
            _ => throw new ModelException(
                $"'{manifest}' was written by a newer version of moe; start that version or a later one."),
        };
        state.End();
        return e;
    }
}
