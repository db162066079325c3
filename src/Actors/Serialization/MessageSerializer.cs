using System.Collections.Frozen;
using Akka.Actor;
using Akka.Serialization;
using MoE.Actors.Storage;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>
/// The messages that may leave their process: flat little-endian numbers under a manifest of their own. A manifest is
/// never reused; a changed layout gets ".2". Only these manifests are read, and no type's name is.
/// </summary>
public sealed class MessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly FrozenDictionary<Type, WireFormat> ByType =
        ExpertMessages.Formats.Concat(GateMessages.Formats).ToFrozenDictionary(format => format.Type);

    private static readonly FrozenDictionary<string, WireFormat> ByManifest =
        ByType.Values.ToFrozenDictionary(format => format.Manifest);

    /// <inheritdoc/>
    public override int Identifier => SerializerIds.Message;

    /// <summary>The format of a message.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    internal static WireFormat FormatOf(object message) => ByType.GetValueOrDefault(message.GetType())
        ?? throw new ArgumentException($"{message.GetType()} has no format; it cannot leave its process.",
            nameof(message));

    /// <summary>The format under a manifest.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal static WireFormat FormatOf(string manifest) => ByManifest.GetValueOrDefault(manifest)
        ?? throw new InvalidDataException(
            $"A message '{Compute.PlainText.OneLine(manifest)}' is unknown to this version of moe.");

    /// <inheritdoc/>
    public override string Manifest(object o) => FormatOf(o).Manifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var state = new StateWriter(256);
        FormatOf(obj).Write(state, obj);
        return state.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The message is damaged, or of a newer version.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var state = new StateReader(bytes);
        var message = FormatOf(manifest).Read(state);
        state.End();
        return message;
    }
}
