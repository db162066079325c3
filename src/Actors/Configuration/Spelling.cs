namespace MoE.Actors.Configuration;

/// <summary>What somebody may have meant who wrote a name that does not exist.</summary>
public static class Spelling
{
    /// <summary>" Did you mean X?" where a known name is near enough for that question to help, else nothing.</summary>
    public static string Suggestion(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        return known.MinBy(k => Distance(k, name)) is { } near && Distance(near, name) <= Math.Max(2, name.Length / 3)
            ? $" Did you mean {near}?"
            : "";
    }

    /// <summary>Letters to insert, delete or replace to make one name of the other (Levenshtein).</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(change, Math.Min(row[j], row[j - 1]) + 1));
            }
        }
        return row[^1];
    }
}
