using System.Diagnostics;
using System.Text.RegularExpressions;
using MoE.Needs;
using Xunit;

namespace MoE.Style.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = Repository.Read("README.md");

    private static IReadOnlyList<string> Commands => [.. Blocks("sh").First().Split('\n').Where(l => l.Length > 0)];

    [Fact]
    public void The_first_two_commands_are_a_run_and_the_tests() =>
        Assert.Collection(Commands,
            run => Assert.StartsWith("dotnet run -c Release --project src/Host -- evaluate ", run, StringComparison.Ordinal),
            test => Assert.Equal("dotnet test", test));

    [Fact]
    public async Task The_run_does_what_it_says()
    {
        var words = Arguments(Commands[0]);
        var limited = words.Contains("--rows") ? words[..(Array.IndexOf(words, "--rows"))] : words;
        var (code, output, error) = await RunAsync([.. limited, "--rows", "5000"]);
        Assert.True(code == 0, error);
        Assert.Contains("rbf-fast: 5,000 rows learned", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_build_on_the_server_runs_the_same_tests() =>
        Assert.Contains(Commands[1], Repository.Read(".ci/run"), StringComparison.Ordinal);

    [Fact]
    public void The_code_for_libraries_is_code_that_is_tested() =>
        Assert.All(Blocks("csharp"), block => Assert.Contains(
            Squeezed(block), Squeezed(Repository.Read("tests/Style.Tests/ReadmeExample.cs")), StringComparison.Ordinal));

    [Theory]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("devices")]
    [InlineData("inspect")]
    [InlineData("export")]
    [InlineData("import")]
    [InlineData("bench compute")]
    [InlineData("selftest")]
    public async Task Every_option_of_a_verbs_table_exists_and_every_option_is_in_the_table(string verb)
    {
        var (_, help, _) = await RunAsync([.. verb.Split(' '), "--help"]);
        var known = Options(help).Order().Distinct();
        var section = Readme.Split($"## moe {verb} ")[1].Split("\n## ")[0];
        var told = TableOption().Matches(section).Select(m => m.Groups[1].Value).Order().Distinct();
        Assert.Equal(known.Except(["--help"]), told);
    }

    [Theory]
    [InlineData("scripts/publish-gpu.sh")]
    [InlineData("scripts/gpu-measure.sh")]
    [InlineData("scripts/gpu-tables.sh")]
    public void A_script_for_GPUs_can_be_run_and_is_told_of(string script)
    {
        Assert.Contains($"`{script}`", Readme, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task The_verbs_on_experts_have_the_options_of_their_table()
    {
        var (_, help, _) = await RunAsync(["experts", "--help"]);
        var verbs = HelpCommand().Matches(help.Split("Commands:")[1].Split("Example:")[0]).Select(m => m.Groups[1].Value);
        var known = new SortedSet<string>();
        foreach (var verb in verbs)
            known.UnionWith(Options((await RunAsync(["experts", verb, "--help"])).Output));
        var section = Readme.Split("## moe experts ")[1].Split("\n## ")[0];
        Assert.Equal(known.Except(["--help"]), TableOption().Matches(section).Select(m => m.Groups[1].Value).Order());
        Assert.All(verbs, verb => Assert.Contains($"`{verb}", section, StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task The_example_of_experts_that_come_and_go_does_what_it_says()
    {
        var output = await RunBlockAsync("--script");
        var told = Block().Matches(Readme).Single(m => m.Groups["text"].Value.StartsWith("after row", StringComparison.Ordinal));
        Assert.Contains(told.Groups["text"].Value, output, StringComparison.Ordinal);
        Assert.Contains("frozen cross from batch 316 on\n", output, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task The_example_of_predictions_prints_what_it_says()
    {
        var output = await RunBlockAsync("predict -");
        var told = Block().Matches(Readme).Single(m => m.Groups["text"].Value.StartsWith("row,", StringComparison.Ordinal));
        Assert.EndsWith(told.Groups["text"].Value, output, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task The_example_of_experts_on_a_device_does_what_it_says()
    {
        Assert.Matches(@"\nnet +mlp .* ilgpu-cpu\n", await RunBlockAsync("MOE__COMPUTE__DEVICE"));
    }

    private static async Task<string> RunBlockAsync(string mark)
    {
        var moe = $"dotnet {Moe.Path} ";
        var example = Blocks("sh").Single(block => block.Contains(mark, StringComparison.Ordinal))
            .Replace("dotnet run -c Release --project src/Host -- ", moe, StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("moe-test-").FullName;
        var (code, output, error) = await RunAsync("bash", ["-e", "-c", example], folder);
        Directory.Delete(folder, recursive: true);
        Assert.True(code == 0, error);
        return output;
    }

    private static IEnumerable<string> Options(string help) =>
        HelpOption().Matches(help.Split("Options:")[1].Split("Example:")[0]).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Blocks(string language) => Block().Matches(Readme)
        .Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["text"].Value);

    private static string[] Arguments(string command) => command.Split(" -- ")[1].Split('#')[0]
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Squeezed(string text) => Space().Replace(text, " ").Trim();

    private static Task<(int Code, string Output, string Error)> RunAsync(string[] args) =>
        RunAsync("dotnet", [Moe.Path, .. args], "");

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, string[] args, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^  (?:-\S+, )*(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex HelpOption();

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex HelpCommand();

    [GeneratedRegex(@"^\| `(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex TableOption();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
