namespace MoE.Compute;

/// <summary>Finds what somebody may have meant by a name that does not exist.</summary>
public static class NearestName
{
    /// <summary>
    /// " Did you mean 'x'?" with the known name that is fewest edits away, or what there is to choose from if none
    /// is near; to be appended to an error.
    /// </summary>
    public static string Suggestion(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        var names = known.ToList();
        if (names.Count == 0)
            return "";
        return Of(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : $" There is {List(names)}.";
    }

    /// <summary>The known name that is fewest edits away; null if none is near.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        return known.MinBy(k => Edits(name, k)) is { } nearest
            && Edits(name, nearest) <= Math.Max(1, Math.Min(name.Length, nearest.Length) / 2) ? nearest : null;
    }

    /// <summary>Letters to insert, delete or replace to make one name of the other; case does not matter.</summary>
    public static int Edits(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }

    private const int Listed = 20;

    private static string List(List<string> names) =>
        string.Join(", ", names.Take(Listed).Select(n => $"'{n}'")) +
        (names.Count > Listed ? $" and {names.Count - Listed} more" : "");
}
