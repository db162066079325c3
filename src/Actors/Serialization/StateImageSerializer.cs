using Akka.Actor;
using Akka.Serialization;
using MoE.Actors.Storage;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>
/// Images of gates and experts as they lie in the snapshot store: of which model, whose, after which batch, their
/// bytes, a checksum.
/// </summary>
public sealed class StateImageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string ImageV1 = "moe.image.1";
    private const string ImageV2 = "moe.image.2";

    /// <inheritdoc/>
    public override int Identifier => SerializerIds.StateImage;

    /// <inheritdoc/>
    public override string Manifest(object o) => o is StateImage image
        ? image.Model is null ? ImageV1 : ImageV2
        : throw new ArgumentException($"{o?.GetType()} is not an image.", nameof(o));

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        if (obj is not StateImage image)
            throw new ArgumentException($"{obj?.GetType()} is not an image.", nameof(obj));
        var head = new StateWriter();
        if (image.Model is { } model)
            head.Write(model);
        head.Write(image.StorageId);
        head.Write(image.Number);
        return Sealed.Seal(Manifest(image), head.Bytes, image.Bytes.Span);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var content = Sealed.Open(manifest, bytes);
        if (manifest is not (ImageV1 or ImageV2))
            throw new ModelException(
                $"'{manifest}' was written by a newer version of moe; start that version or a later one.");
        var state = new StateReader(content);
        var model = manifest == ImageV2 ? state.ReadString() : null;
        var (storageId, number) = (state.ReadString(), state.ReadInt64());
        return new StateImage(storageId, number, state.Rest()) { Model = model };
    }
}
