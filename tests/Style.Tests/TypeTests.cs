using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class TypeTests
{
    private const int SmallOwnersCompany = 2;

    // A protocol is one screen on purpose, and so is a log; small records and enums may stand beside the type they are of.
    [Fact]
    public void A_file_holds_one_public_class_or_interface() =>
        Rule.HasNoBreach(Files().Select(f => (f.File, Names: Matches(f.Text, Classes()))).Where(f => f.Names.Count > 1));

    [Fact]
    public void A_file_holds_few_public_records_and_enums() =>
        Rule.HasNoBreach(Files().Select(f => (f.File, Names: Matches(f.Text, Types())))
            .Where(f => f.Names.Count > 1 + SmallOwnersCompany));

    [Fact]
    public void A_file_is_called_as_a_type_in_it() =>
        Rule.HasNoBreach(Files(withProtocols: true)
            .Where(f => AnyTypes().IsMatch(f.Text))
            .Where(f => !Matches(f.Text, AnyTypes()).Contains(Path.GetFileNameWithoutExtension(f.File).Split('.')[0])
                && !f.File.EndsWith("Protocol.cs", StringComparison.Ordinal) && !f.File.EndsWith("Log.cs", StringComparison.Ordinal))
            .Select(f => f.File));

    private static IEnumerable<(string File, string Text)> Files(bool withProtocols = false) =>
        Repository.Files("src", "*.cs")
            .Where(f => withProtocols || (!f.EndsWith("Protocol.cs", StringComparison.Ordinal) && !f.EndsWith("Log.cs", StringComparison.Ordinal)))
            .Select(f => (f, Repository.Read(f)));

    private static List<string> Matches(string text, Regex types) => [.. types.Matches(text).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex(@"^public (?:static |sealed |abstract |partial |readonly )*(?:class|interface) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Classes();

    [GeneratedRegex(@"^public (?:static |sealed |abstract |partial |readonly )*(?:class|interface|record struct|record|struct|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex(@"^(?:public |internal )(?:static |sealed |abstract |partial |readonly |ref )*(?:class|interface|record struct|record|struct|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex AnyTypes();
}
