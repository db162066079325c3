using Akka.Actor;
using Akka.Serialization;
using MoE.Actors.Storage;

namespace MoE.Actors.Serialization;

/// <summary>Images of gates and experts as they lie in the snapshot store: their bytes and nothing else.</summary>
public sealed class StateImageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string ImageV1 = "moe.image.1";

    /// <inheritdoc/>
    public override int Identifier => SerializerIds.StateImage;

    /// <inheritdoc/>
    public override string Manifest(object o) => o is StateImage ? ImageV1
        : throw new ArgumentException($"{o?.GetType()} is no image.", nameof(o));

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj is StateImage image ? image.Bytes.ToArray()
        : throw new ArgumentException($"{obj?.GetType()} is no image.", nameof(obj));

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => manifest == ImageV1 ? new StateImage(bytes)
        : throw new ModelException(
            $"'{manifest}' was written by a newer version of moe; start that version or a later one.");
}
