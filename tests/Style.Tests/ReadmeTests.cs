using System.Text.RegularExpressions;
using MoE.Needs;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class ReadmeTests
{
    private const int TwoScreens = 130;

    private static readonly Document Readme = new("README.md");

    private static IReadOnlyList<string> Commands => [.. Readme.Blocks("sh")[0].Split('\n').Where(l => l.Length > 0)];

    [Fact]
    public void It_has_two_screens() =>
        Assert.InRange(Readme.Text.Split('\n').Length, 1, TwoScreens);

    [Fact]
    public void The_first_two_commands_are_a_run_and_the_tests() =>
        Assert.Collection(Commands,
            run => Assert.StartsWith("dotnet run -c Release --project src/Host -- evaluate ", run, StringComparison.Ordinal),
            test => Assert.Equal("dotnet test", test));

    [Fact]
    public async Task The_run_does_what_it_says()
    {
        var words = Commands[0].Split(" -- ")[1].Split(' ');
        var limited = string.Join(' ', words.TakeWhile(word => word != "--rows"));
        Assert.Contains("rbf-fast: 5,000 rows learned",
            await Document.RunAsync($"moe {limited} --rows 5000"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_build_on_the_server_runs_the_same_tests() =>
        Assert.Contains(Commands[1], Repository.Read(".ci/run"), StringComparison.Ordinal);

    [Fact]
    public void The_library_comes_with_the_same_code() =>
        Assert.Equal(Readme.Blocks("csharp"), new Document("src/Compute/README.md").Blocks("csharp"));

    [UnixFact]
    public async Task The_example_of_predictions_prints_what_it_says() =>
        Assert.EndsWith(Readme.BlockAfter("row,"), await Document.RunAsync(Readme.Script("predict -")), StringComparison.Ordinal);

    [Fact]
    public void The_accuracies_are_those_of_the_results()
    {
        var results = AccuracyRow().Matches(Repository.Read("docs/results.md").Split("\n## Against other learners")[0])
            .ToDictionary(row => row.Groups["stream"].Value, row => row.Groups["accuracy"].Value);
        var compared = ComparedRow().Matches(Readme.Text).ToDictionary(row => row.Groups["stream"].Value, row => row.Groups["accuracy"].Value);
        Assert.Equal(7, compared.Count);
        Assert.All(compared, row => Assert.Equal(
            results.Single(result => result.Key.StartsWith(row.Key.Split(',')[0], StringComparison.Ordinal)).Value, row.Value));
    }

    [GeneratedRegex(@"^\| (?<stream>\S[^|]*) \| [\d,]+ \| \d+ \| \d+ \| (?<accuracy>\d\d\.\d\d) \|", RegexOptions.Multiline)]
    private static partial Regex AccuracyRow();

    [GeneratedRegex(@"^\| (?<stream>[a-z][^|]*) \| \*\*(?<accuracy>\d\d\.\d\d)\*\* \|", RegexOptions.Multiline)]
    private static partial Regex ComparedRow();
}
