using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class LengthTests
{
    private const int Longest = 400;
    private const int Columns = 120;

    private static readonly List<string> Sources = [.. Repository.Files("src", "*.cs")];

    [Fact]
    public void No_file_is_long() =>
        Rule.HasNoBreach(Sources.Concat(Repository.Files("tests", "*.cs"))
            .Select(f => (File: f, Lines: Lines(f))).Where(f => f.Lines > Longest));

    [Fact]
    public void No_line_of_code_is_wide() =>
        Rule.HasNoBreach(Sources.SelectMany(file => Repository.Read(file).Split('\n')
            .Select((line, i) => (Place: $"{file}:{i + 1}", line.TrimEnd().Length)).Where(l => l.Length > Columns)));

    /// <summary>Partial is for what a generator adds; a class in two files is two classes that were not separated.</summary>
    [Fact]
    public void No_type_is_spread_over_several_files() =>
        Rule.HasNoBreach(Sources.SelectMany(file => Partial().Matches(Repository.Read(file))
                .Select(match => (Type: match.Groups["type"].Value, File: file)))
            .GroupBy(part => (part.Type, Folder: Path.GetDirectoryName(part.File)))
            .Where(parts => parts.Select(part => part.File).Distinct().Count() > 1).Select(parts => parts.Key));

    [GeneratedRegex(@"\bpartial (?:class|record|struct|interface) (?<type>\w+)")]
    private static partial Regex Partial();

    private static int Lines(string file) => Repository.Read(file).TrimEnd().Split('\n').Length;
}
