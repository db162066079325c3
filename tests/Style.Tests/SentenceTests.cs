using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

/// <summary>What users read is plain English: phrases that a stranger has to read twice are refused.</summary>
public sealed partial class SentenceTests
{
    /// <summary>Folders whose texts in quotation marks are messages to users, and pages that users read.</summary>
    private static readonly string[] Roots =
        ["src", "hocon", "docs", "README.md", "CONTRIBUTING.md", "findings/README.md"];

    private static readonly (Regex Phrase, string Say)[] Phrases =
    [
        (NotOne(), "'unknown x', 'x must be ...' or 'is not a ...'"),
        (After(), "'after'"),
        (Continue(), "'continue'"),
        (Reported(), "'is reported'"),
        (Because(), "'because'"),
        (Whose(), "'whose', 'from which', or two sentences"),
        (If(), "'if'"),
        (Number(), "the number, or nothing"),
        (Person(), "the component, or 'other users'"),
        (Process(), "'replay', 'process' or 'check'"),
        (Place(), "'is'"),
        (Exactly(), "'bit-identical' or 'exactly'"),
        (Again(), "'again'"),
        (Correct(), "'correct' or 'fix'"),
        (Parts(), "'expert', 'part' or a list"),
    ];

    [Fact]
    public void What_users_read_has_no_phrase_that_reads_as_a_translation() =>
        Rule.HasNoBreach(Roots.SelectMany(Texts).SelectMany(text => Phrases
            .Where(phrase => phrase.Phrase.IsMatch(text.Words))
            .Select(phrase => $"{text.Place}: '{phrase.Phrase.Match(text.Words).Value}': say {phrase.Say}")));

    [Theory]
    [InlineData("'x' is no option of evaluate.")]
    [InlineData("The log is damaged behind batch 3.")]
    [InlineData("The same command goes on where it stopped.")]
    [InlineData("It is told with its line.")]
    [InlineData("It is not written, for no row was learned.")]
    [InlineData("The file of which the model has read 3 rows.")]
    public void A_phrase_of_the_list_is_found(string words) =>
        Assert.Contains(Phrases, phrase => phrase.Phrase.IsMatch(words));

    private static IEnumerable<(string Place, string Words)> Texts(string root)
    {
        var isFile = File.Exists(Path.Combine(Repository.Root, root));
        foreach (var file in isFile ? [root] : Repository.Files(root))
        {
            if (Path.GetExtension(file) is not (".cs" or ".md" or ".hocon"))
                continue;
            foreach (var (index, line) in Repository.Read(file).Split('\n').Index())
                foreach (var words in file.EndsWith(".cs", StringComparison.Ordinal) ? Quoted(line) : [line])
                    yield return ($"{file}:{index + 1}", words);
        }
    }

    private static IEnumerable<string> Quoted(string line) =>
        line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? []
            : Text().Matches(line).Select(text => text.Value).Where(text => text.Contains(' ', StringComparison.Ordinal));

    [GeneratedRegex(@"""(?:\\.|[^""\\])*""")]
    private static partial Regex Text();

    [GeneratedRegex(@"(?<!\b[Tt]here )\b(?:is|are|was|were) no (?!longer\b)")]
    private static partial Regex NotOne();

    [GeneratedRegex(@"\bbehind\b", RegexOptions.IgnoreCase)]
    private static partial Regex After();

    [GeneratedRegex(@"\b(?:go|goes|going|went|gone) on\b(?! the)", RegexOptions.IgnoreCase)]
    private static partial Regex Continue();

    [GeneratedRegex(@"\b(?:is|are|be) told\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reported();

    [GeneratedRegex(@", for (?:it|its|they|there|this|these|that|no|nothing|none)\b")]
    private static partial Regex Because();

    [GeneratedRegex(@"\bof (?:which|whom)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Whose();

    [GeneratedRegex(@"\bwhere (?:no|none|nothing|there|nobody|one)\b", RegexOptions.IgnoreCase)]
    private static partial Regex If();

    [GeneratedRegex(@"\bso many\b", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:who(?:so)?ever|nobody|somebody|no one)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Person();

    [GeneratedRegex(@"\bwalk(?:s|ed|ing)?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Process();

    [GeneratedRegex(@"\b(?:stand|stands|stood) (?:in|on|between|over|above|below|beside|open|there)\b|\bwhere it stood\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Place();

    [GeneratedRegex(@"\bto the bit\b", RegexOptions.IgnoreCase)]
    private static partial Regex Exactly();

    [GeneratedRegex(@"\banew\b", RegexOptions.IgnoreCase)]
    private static partial Regex Again();

    [GeneratedRegex(@"\bmend(?:s|ed)?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Correct();

    [GeneratedRegex(@"\bwhat (?:it|the model|a model) is made of\b", RegexOptions.IgnoreCase)]
    private static partial Regex Parts();
}
