using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

/// <summary>Which parts of a library need which: parts that need each other can only be understood together.</summary>
public sealed partial class NamespaceTests
{
    [Theory]
    [InlineData("MoE.Compute", 10)]
    [InlineData("MoE.Actors", 8)]
    [InlineData("MoE.Host", 4)]
    public void No_part_of_a_library_needs_itself_by_way_of_others(string library, int parts)
    {
        var needs = Needs(library);
        Assert.InRange(needs.Count, parts, int.MaxValue);
        Rule.HasNoBreach(needs.Keys.Select(part => Way(needs, part)).OfType<string>());
    }

    // Root types know all parts, and parts may know root types, such as the options.
    private static Dictionary<string, HashSet<string>> Needs(string library)
    {
        Dictionary<string, HashSet<string>> needs = [];
        foreach (var file in Repository.Files("src", "*.cs"))
        {
            var text = Repository.Read(file);
            if (PartOf(library, Declared().Match(text).Groups["name"].Value) is not { } part)
                continue;
            var needed = needs.TryGetValue(part, out var known) ? known : needs[part] = [];
            needed.UnionWith(Used().Matches(text).Select(used => PartOf(library, used.Groups["name"].Value))
                .OfType<string>().Where(other => other != part));
        }
        return needs;
    }

    private static string? PartOf(string library, string name) =>
        name.StartsWith(library + ".", StringComparison.Ordinal) ? name[(library.Length + 1)..].Split('.')[0] : null;

    /// <summary>A way from a part back to itself; null if there is none.</summary>
    private static string? Way(Dictionary<string, HashSet<string>> needs, string from)
    {
        var (ways, seen) = (new Queue<List<string>>([[from]]), new HashSet<string>());
        while (ways.TryDequeue(out var way))
            foreach (var next in needs.GetValueOrDefault(way[^1]) ?? [])
                if (next == from)
                    return string.Join(" -> ", [.. way, next]);
                else if (seen.Add(next))
                    ways.Enqueue([.. way, next]);
        return null;
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"^using (?:static )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Used();
}
