using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class ArchitectureTests
{
    /// <summary>The kind of expert that stands for X in the page.</summary>
    private const string Kind = "Deep";

    private static readonly string[] Roots = ["", "src", "src/Compute"];

    private static readonly HashSet<string> Types =
    [
        .. Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs"))
            .SelectMany(file => Type().Matches(Repository.Read(file)).Select(type => type.Groups["name"].Value)),
    ];

    [Fact]
    public void Every_path_and_type_that_the_page_names_exists() =>
        Rule.HasNoBreach(Name().Matches(Repository.Read("docs/architecture.md")).Select(name => name.Groups["name"].Value).Distinct()
            .Where(name => !Exists(Kinds().Replace(name, Kind))));

    private static bool Exists(string name) =>
        Types.Contains(name.Split('.')[0])
        || Roots.Any(root => Path.Combine(Repository.Root, root, name) is var path
            && (File.Exists(path) || File.Exists(path + ".cs") || Directory.Exists(path)));

    // A path has a slash in it, a type or a folder begins with a capital letter.
    [GeneratedRegex("`(?<name>[A-Za-z][\\w.]*(?:/[\\w.]+)+|[A-Z][A-Za-z]+(?:\\.\\w+)?)`")]
    private static partial Regex Name();

    [GeneratedRegex("(?<=^|/)X(?=$|/|[A-Z])")]
    private static partial Regex Kinds();

    [GeneratedRegex(@"\b(?:class|interface|struct|record|enum) (?<name>[A-Z]\w+)")]
    private static partial Regex Type();
}
