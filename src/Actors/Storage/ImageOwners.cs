namespace MoE.Actors.Storage;

/// <summary>
/// Whose an image is, by the id that it is stored under. Up to format 2 an id could be read in several ways
/// (<see cref="StorageIds"/>).
/// </summary>
internal static class ImageOwners
{
    private const string Prefix = "model-";
    private const string GateEnd = "-gate";
    private const string Expert = "-expert-";

    /// <summary>What the ids of all images of a model begin with, and maybe those of others.</summary>
    public static string PrefixOf(string model) => Prefix + model;

    /// <summary>The model whose log has an id; null where it is no model's.</summary>
    public static string? OfLog(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && !id.Contains('/', StringComparison.Ordinal)
            ? id[Prefix.Length..]
            : null;

    /// <summary>The models whose image it may be.</summary>
    public static IReadOnlyList<string> Of(string id)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal))
            return [];
        if (id.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
            return [id[Prefix.Length..slash]];
        List<string> owners = [];
        if (id.EndsWith(GateEnd, StringComparison.Ordinal) && id.Length > Prefix.Length + GateEnd.Length)
            owners.Add(id[Prefix.Length..^GateEnd.Length]);
        for (var at = id.IndexOf(Expert, Prefix.Length, StringComparison.Ordinal); at >= 0;
            at = id.IndexOf(Expert, at + 1, StringComparison.Ordinal))
            owners.Add(id[Prefix.Length..at]);
        return owners;
    }

    /// <summary>
    /// Which images go with a model: of those that may be another's too, none while that one is there.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">The ids of all images there are.</param>
    /// <param name="models">The models that have a log.</param>
    public static IReadOnlyList<string> Deletable(
        string model, IEnumerable<string> ids, IReadOnlyCollection<string> models) =>
    [
        .. ids.Where(id => Of(id) is var owners && owners.Contains(model)
            && !owners.Any(owner => owner != model && models.Contains(owner))),
    ];
}
