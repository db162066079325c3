using System.Globalization;
using System.Text;
using Akka.Persistence.Sql.Journal.Types;
using Akka.Persistence.Sql.Snapshot;
using LinqToDB.Interceptors;
using MoE.Compute;

namespace MoE.Actors.Storage;

/// <summary>
/// Looks at every row that comes out of a database before Akka does. The serializer and the manifest of a row decide
/// what Akka makes of its bytes, and with most serializers the manifest is the name of a .NET type to load. So only
/// our own two serializers and our own manifests get through.
/// </summary>
internal sealed class StoredRows : EntityServiceInterceptor
{
    /// <summary>What every manifest of moe begins with.</summary>
    public const string ManifestPrefix = "moe.";

    private const int ShownCharacters = 80;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">An image is not ours. An event that is not ours is marked.</exception>
    public override object EntityCreated(EntityCreatedEventData eventData, object entity)
    {
        switch (entity)
        {
            case JournalRow row when Problem(SerializerIds.GateLog, row.Identifier, row.Manifest, row.Message) is { } p:
                (row.Identifier, row.Manifest) = (SerializerIds.GateLog, SerializerIds.RefusedManifest);
                row.Message = Encoding.UTF8.GetBytes(p);
                break;
            case LongSnapshotRow row
                when Problem(SerializerIds.StateImage, row.SerializerId, row.Manifest, row.Payload) is { } p:
                throw new InvalidDataException(p);
        }
        return entity;
    }

    /// <summary>Why a row is not ours, in half a sentence; null where it may be.</summary>
    public static string? Problem(int own, int? serializer, string? manifest, byte[]? content) =>
        serializer == own && manifest?.StartsWith(ManifestPrefix, StringComparison.Ordinal) == true
            ? content is null ? "it has no content" : null
            : string.Create(CultureInfo.InvariantCulture,
                $"it was written by {Name(serializer)} under the manifest '{Shown(manifest)}', which are not moe's");

    private static string Name(int? serializer) => serializer is { } id
        ? string.Create(CultureInfo.InvariantCulture, $"serializer {id}")
        : "no serializer";

    private static string Shown(string? manifest) => PlainText.OneLine(
        manifest is { Length: > ShownCharacters } ? $"{manifest[..ShownCharacters]}..." : manifest ?? "");
}

/// <summary>The serializers' numbers, as they lie in users' data directories. Never changed, never reused.</summary>
internal static class SerializerIds
{
    public const int GateLog = 7301;
    public const int StateImage = 7302;
    public const int Message = 7303;
    public const int Refusing = 7399;

    /// <summary>Marks, on a row that was just read, a manifest that is not ours. Never stored.</summary>
    public const string RefusedManifest = "";
}
