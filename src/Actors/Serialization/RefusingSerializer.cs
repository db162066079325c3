using Akka.Actor;
using Akka.Serialization;
using MoE.Actors.Storage;

namespace MoE.Actors.Serialization;

/// <summary>Bound to every type without a format of its own, so that none is ever stored under a type's name.</summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <inheritdoc/>
    public override int Identifier => SerializerIds.Refusing;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) =>
        throw new NotSupportedException($"{obj?.GetType()} has no format of its own and cannot be stored.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new NotSupportedException("Nothing was ever stored without a format of its own.");
}
