using System.Globalization;
using MoE.Compute.Data;

namespace MoE.Actors.Gate;

/// <summary>Which of the sources that a model knows a source is, and whether it can be continued.</summary>
internal static class SourceMatch
{
    /// <summary>The index of the known source that <paramref name="id"/> is; -1 for a new one.</summary>
    public static int Find(IEnumerable<KeyValuePair<int, SourcePosition>> known, SourceId id)
    {
        foreach (var (index, position) in known)
            if (IsSame(position.Id, id))
                return index;
        return -1;
    }

    /// <summary>Why a source cannot be learned, in one sentence; null where it can.</summary>
    public static string? Problem(IEnumerable<KeyValuePair<int, SourcePosition>> known, SourceId id)
    {
        var isNew = Find(known, id) < 0;
        foreach (var (_, position) in known)
        {
            if (id.Kind == SourceKind.Stream && position.Id == id && position.Offset > 0)
                return Repeated(position);
            if (isNew && id.Kind == SourceKind.File && position.Id.Kind == SourceKind.File
                && (position.Id.Name == id.Name || position.Id.Detail == id.Detail))
                return Changed(position, id);
        }
        return null;
    }

    private static string Repeated(SourcePosition known) => string.Create(CultureInfo.InvariantCulture,
        $"The model has already read {known.Offset:N0} rows from {known.Id.Name}, which cannot be resumed. For new "
        + $"rows, pass --source NAME; to resume, pass --source NAME --offset ROWS_ALREADY_SENT.");

    private static string Changed(SourcePosition known, SourceId id) => string.Create(CultureInfo.InvariantCulture,
        $"{id.Name} ({id.Length:N0} bytes) is not the file from which the model read {known.Offset:N0} rows, "
        + $"{known.Id}. Pass the original file, or --source NAME to treat this one as a new source.");

    /// <summary>
    /// Whether a known source is this one. A file may have moved, and grown after the part that its digest is over.
    /// </summary>
    public static bool IsSame(SourceId known, SourceId id) => known.Kind != SourceKind.File
        ? known == id
        : id.Kind == SourceKind.File && known.Detail == id.Detail && known.Length <= id.Length;
}
