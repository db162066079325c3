using System.Text.RegularExpressions;
using MoE.Needs;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class DocumentTests
{
    private static readonly Document Quickstart = new("docs/quickstart.md");
    private static readonly Document Gpu = new("docs/gpu.md");

    private static readonly List<string> Pages =
    [
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "findings/README.md",
        .. Repository.Files("docs", "*.md"), .. Repository.Files("src", "*.md"),
    ];

    [Fact]
    public void Every_link_inside_the_repository_leads_somewhere() =>
        Rule.HasNoBreach(Pages.SelectMany(page => Link().Matches(Repository.Read(page))
            .Select(link => link.Groups["to"].Value).Where(to => !to.Contains("://", StringComparison.Ordinal) && !Leads(page, to))
            .Select(to => $"{page}: {to}")));

    [Fact]
    public void Every_page_is_linked_from_the_readme() =>
        Rule.HasNoBreach(Repository.Files("docs", "*.md")
            .Where(page => !Repository.Read("README.md").Contains($"({page})", StringComparison.Ordinal)));

    [UnixFact]
    public async Task The_example_of_a_script_does_what_it_says()
    {
        var output = await Document.RunAsync(Quickstart.Script("--script"));
        Assert.Contains(Quickstart.BlockAfter("after row"), output, StringComparison.Ordinal);
        Assert.Contains("frozen cross from batch 316 on\n", output, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task The_example_of_predictions_prints_what_it_says() => Assert.EndsWith(
        Quickstart.BlockAfter("row,"), await Document.RunAsync(Quickstart.Script("predict -")), StringComparison.Ordinal);

    [UnixFact]
    public async Task The_example_of_experts_on_a_device_does_what_it_says() =>
        Assert.Matches(@"\nnet +mlp .* ilgpu-cpu\n", await Document.RunAsync(Gpu.Script("MOE__COMPUTE__DEVICE")));

    [UnixFact]
    public async Task The_example_of_experts_at_run_time_changes_a_model_twice()
    {
        var example = new Document("docs/operations.md").Script("moe experts list");
        var output = await Document.RunAsync($"moe evaluate sea --rows 500 --data-dir my-model\n{example}");
        Assert.Matches(@"\nadded mlp-hat-\d+ .*\nfrozen fern-10 from batch", output);
    }

    [Fact]
    public void Every_format_of_a_message_is_listed()
    {
        var page = Repository.Read("docs/wire-compatibility.md");
        var manifests = Repository.Read("tests/Actors.Tests/Golden/messages.txt").TrimEnd().Split('\n')
            .Select(line => line.Split(' ')[0]).ToList();
        Assert.True(manifests.Count > 30);
        Assert.All(manifests, manifest => Assert.Contains($"`{manifest}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_of_a_host_is_the_one_that_a_test_runs()
    {
        var test = Repository.Read("tests/Actors.Tests/Hosting/QuickstartTests.cs");
        var example = Quickstart.Blocks("csharp").Single(block => block.Contains("AddMixture", StringComparison.Ordinal));
        var lines = example.Split('\n')
            .Select(line => line.Trim()).Where(line => line.Length > 0 && line != "using MoE.Actors;").ToList();
        Assert.True(lines.Count > 8);                        // the test is in that namespace
        Assert.All(lines, line => Assert.Contains(line, test, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("scripts/publish-gpu.sh")]
    [InlineData("scripts/gpu-measure.sh")]
    [InlineData("scripts/gpu-tables.sh")]
    public void A_script_for_GPUs_can_be_run_and_is_explained(string script)
    {
        Assert.Contains($"`{script}`", Gpu.Text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute));
    }

    private static bool Leads(string page, string to)
    {
        var (file, anchor) = to.Split('#', 2) is [var path, var name] ? (path, name) : (to, "");
        var target = file.Length == 0 ? page : Path.GetRelativePath(Repository.Root,
            Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, file)));
        var full = Path.Combine(Repository.Root, target);
        return anchor.Length == 0 ? File.Exists(full) || Directory.Exists(full)
            : File.Exists(full) && Heading().Matches(Repository.Read(target)).Any(h => Anchor(h.Groups["title"].Value) == anchor);
    }

    /// <summary>The name that a heading has on GitHub.</summary>
    private static string Anchor(string title) =>
        string.Concat(title.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\((?<to>[^)\s]+)\)|<img src=""(?<to>[^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
