using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

/// <summary>Messages are plain English: what reads as if translated word by word is refused.</summary>
public sealed partial class SentenceTests
{
    // Other parts of src join when their messages keep to it.
    private static readonly string[] Roots = ["src/Compute"];

    [Fact]
    public void No_message_reads_as_if_translated_word_by_word() =>
        Rule.HasNoBreach(Roots.SelectMany(root => Repository.Files(root, "*.cs"))
            .SelectMany(file => Repository.Read(file).Split('\n').Select((line, i) => (Place: $"{file}:{i + 1}", Line: line)))
            .Where(l => !l.Line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .Select(l => (l.Place, Text: string.Join(' ', Literals().Matches(l.Line).Select(m => m.Value))))
            .Where(l => Patterns().IsMatch(l.Text)));

    [Theory]
    [InlineData("'x' is no option of evaluate", false)]
    [InlineData("columns that are no list", false)]
    [InlineData("the run goes on with row 5", false)]
    [InlineData("the loss is told once", false)]
    [InlineData("bytes were found behind the last part", false)]
    [InlineData("columns that nobody reads", false)]
    [InlineData("the device is no longer there", true)]
    [InlineData("there is no file x", true)]
    public void The_patterns_find_what_they_are_meant_to_find(string message, bool isFine) =>
        Assert.Equal(isFine, !Patterns().IsMatch(message));

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"
        """)]
    private static partial Regex Literals();

    [GeneratedRegex(@"(?<!\bthere) (is|are) no (?!longer|t\b|more\b)|\bgo(es)? on with\b|\b(is|are) told\b|\bbehind\b|\bnobody\b|\bwhoever\b|\bstands? behind\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Patterns();
}
