using Xunit;

namespace MoE.Style.Tests;

public sealed class LengthTests
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

    private static int Lines(string file) => Repository.Read(file).TrimEnd().Split('\n').Length;
}
