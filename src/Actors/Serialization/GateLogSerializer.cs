using Akka.Actor;
using Akka.Serialization;
using MoE.Actors.Gate;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>
/// The gate's events as they lie in users' data directories: flat little-endian numbers under a manifest of their own.
/// A manifest is never reused; a changed layout gets ".2".
/// </summary>
public sealed class GateLogSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string ModelV1 = "moe.model-created.1";
    private const string EpochV1 = "moe.epoch-started.1";
    private const string BatchesV1 = "moe.batches-accepted.1";
    private const string FrozenV1 = "moe.expert-frozen.1";
    private const string CheckpointV1 = "moe.checkpoint-completed.1";

    /// <inheritdoc/>
    public override int Identifier => SerializerIds.GateLog;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        ModelCreated => ModelV1,
        EpochStarted => EpochV1,
        BatchesAccepted => BatchesV1,
        ExpertFrozen => FrozenV1,
        CheckpointCompleted => CheckpointV1,
        _ => throw new ArgumentException($"{o?.GetType()} is no event of a gate's log.", nameof(o)),
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
            case BatchesAccepted e:
                BatchFormat.Write(state, e);
                break;
            case ExpertFrozen e:
                CheckpointFormat.Write(state, e);
                break;
            case CheckpointCompleted e:
                CheckpointFormat.Write(state, e);
                break;
            default:
                throw new ArgumentException($"{obj?.GetType()} is no event of a gate's log.", nameof(obj));
        }
        return state.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var state = new StateReader(bytes);
        IGateEvent e = manifest switch
        {
            ModelV1 => ModelFormat.Read(state),
            EpochV1 => new EpochStarted(state.ReadInt64()),
            BatchesV1 => BatchFormat.Read(state),
            FrozenV1 => CheckpointFormat.ReadFrozen(state),
            CheckpointV1 => CheckpointFormat.Read(state),
            _ => throw new ModelException(
                $"'{manifest}' was written by a newer version of moe; start that version or a later one."),
        };
        return state.AtEnd ? e : throw new InvalidDataException($"An event '{manifest}' is longer than its content.");
    }
}
