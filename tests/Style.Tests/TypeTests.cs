using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class TypeTests
{
    private const int SmallOwnersCompany = 3;

    // Beside a class: the exceptions it throws, the interfaces that are only used with it, its records and its enums.
    [Fact]
    public void A_file_holds_one_public_class() =>
        Rule.HasNoBreach(Files()
            .Select(f => (f.File, Names: Matches(f.Text, Classes()).Where(n => !n.EndsWith("Exception", StringComparison.Ordinal)).ToList()))
            .Where(f => f.Names.Count > 1));

    // A protocol is one screen on purpose, and so is a log.
    [Fact]
    public void A_file_holds_few_public_types() =>
        Rule.HasNoBreach(Files().Select(f => (f.File, Names: Matches(f.Text, Types())))
            .Where(f => f.Names.Count > 1 + SmallOwnersCompany));

    // A part of a class is called after what it holds of it; a layout is several structs.
    [Fact]
    public void A_file_is_called_as_a_type_in_it() =>
        Rule.HasNoBreach(Files()
            .Where(f => !f.File.EndsWith("Layout.cs", StringComparison.Ordinal))
            .Where(f => AnyTypes().IsMatch(f.Text) && !f.Text.Contains(" partial class ", StringComparison.Ordinal))
            .Where(f => !Matches(f.Text, AnyTypes()).Contains(Path.GetFileNameWithoutExtension(f.File)))
            .Select(f => f.File));

    private static IEnumerable<(string File, string Text)> Files() => Repository.Files("src", "*.cs")
        .Where(f => !f.EndsWith("Protocol.cs", StringComparison.Ordinal) && !f.EndsWith("Log.cs", StringComparison.Ordinal))
        .Select(f => (f, Repository.Read(f)));

    private static List<string> Matches(string text, Regex types) => [.. types.Matches(text).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex(@"^public (?:static |sealed |abstract |partial |readonly )*class (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Classes();

    [GeneratedRegex(@"^public (?:static |sealed |abstract |partial |readonly )*(?:class|interface|record struct|record|struct|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex(@"^(?:public |internal )(?:static |sealed |abstract |readonly |ref )*(?:class|interface|record struct|record|struct|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex AnyTypes();
}
