using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class WordTests
{
    private static readonly string[] Forbidden =
    [
        "TO" + "DO", "FIX" + "ME", "HA" + "CK", "Thread" + ".Sleep", "#" + "region", "NotImplemented" + "Exception",
    ];

    private static readonly string[] EmptyNames =
    [
        "Helpers", "Helper", "Utils", "Util", "Utilities", "Common", "Core", "Misc", "Models", "Interfaces", "Managers", "Services",
    ];

    private static readonly List<string> Code = [.. Repository.Files("src", "*.cs"), .. Repository.Files("tests", "*.cs")];

    [Fact]
    public void No_file_holds_a_word_that_puts_work_off_or_hides_it() =>
        Rule.HasNoBreach(Code.SelectMany(file => Forbidden
            .Where(word => Repository.Read(file).Contains(word, StringComparison.Ordinal)).Select(word => (file, word))));

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() =>
        Rule.HasNoBreach(Code.Concat(Repository.Files("hocon"))
            .SelectMany(file => Path.GetDirectoryName(file)!.Split(Path.DirectorySeparatorChar)).Distinct()
            .Where(folder => EmptyNames.Contains(folder, StringComparer.OrdinalIgnoreCase)));

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Rule.HasNoBreach(Code.Select(f => Path.GetFileNameWithoutExtension(f)).Where(name => EmptySuffix().IsMatch(name)));

    [GeneratedRegex("(Manager|Processor|Helper|Util|Utils|Impl)$")]
    private static partial Regex EmptySuffix();
}
