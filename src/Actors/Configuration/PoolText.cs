using System.Globalization;
using MoE.Compute.Experts;

namespace MoE.Actors.Configuration;

/// <summary>
/// Experts as they are written in settings: "id: kind option=value ...", or "id-* x16: ..." for id-1 to id-16.
/// </summary>
public static class PoolText
{
    private const int MostOfOneLine = 4096;

    /// <summary>Reads the lines in their order; a line that is no expert becomes a problem.</summary>
    public static IReadOnlyList<ExpertSpec> Parse(
        string key, IEnumerable<string> lines, ExpertRole role, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(problems);
        List<ExpertSpec> experts = [];
        foreach (var line in lines)
        {
            if (Ids(line) is { } ids)
                experts.AddRange(ids.Select(id => new ExpertSpec(id, role, line.Split(':', 2)[1].Trim())));
            else
                problems.Add(
                    $"{key} holds '{line}'; write \"id: kind option=value\", or \"id-* x16: kind\" for 16 of them.");
        }
        return experts;
    }

    private static IEnumerable<string>? Ids(string line)
    {
        if (line.Split(':', 2) is not [var name, var text] || text.Trim().Length == 0)
            return null;
        return name.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [var id] when !id.Contains('*') => [id],
            [var id, ['x', .. var count]] when id.Count(c => c == '*') == 1 => Numbered(id, count),
            _ => null,
        };
    }

    private static IEnumerable<string>? Numbered(string id, string count) =>
        int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && n is >= 1 and <= MostOfOneLine
            ? Enumerable.Range(1, n).Select(i => id.Replace("*", $"{i}", StringComparison.Ordinal))
            : null;
}
