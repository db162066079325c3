using MoE.Compute.Data.Generators;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("evaluate --help")]
    public async Task Help_ends_with_an_example_that_runs(string line)
    {
        var help = await MoeInProcess.RunAsync(line.Split(' '));
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        var example = help.LastLine.Trim().Split(' ');
        Assert.Equal("moe", example[0]);
        var run = await MoeInProcess.RunAsync(example[1..]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("10,000 rows learned", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_of_devices_runs()
    {
        var help = await MoeInProcess.RunAsync("devices", "--help");
        var run = await MoeInProcess.RunAsync(help.LastLine.Trim().Split(' ')[1..]);
        Assert.Equal((0, "moe.compute.device=cpu: the CPU computes all experts"), (run.ExitCode, run.LastLine));
    }

    [Fact]
    public async Task The_examples_of_the_verbs_on_stored_models_run_one_after_the_other()
    {
        using var folder = new TemporaryFolder();
        await MoeProcess.RunInAsync(folder.Path, "evaluate", "sea", "--rows", "500", "--data-dir", "my-model");
        foreach (var verb in (string[])["predict", "inspect", "export", "import"])
        {
            var example = (await MoeInProcess.RunAsync(verb, "--help")).LastLine.Trim().Split(' ');
            Assert.Equal(["moe", verb], example[..2]);
            var run = await MoeProcess.RunInAsync(folder.Path, example[1..]);
            Assert.True(run.ExitCode == 0, run.Error);
        }
    }

    [Fact]
    public async Task The_examples_of_the_verbs_on_experts_run_one_after_the_other()
    {
        using var folder = new TemporaryFolder();
        var model = Path.Combine(folder.Path, "my-model");
        await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "500", "--data-dir", model);
        string[] verbs = ["list", .. RosterText.Verbs, "kinds"];
        foreach (var verb in verbs)
        {
            var example = (await MoeInProcess.RunAsync("experts", verb, "--help")).LastLine.Trim().Split(' ');
            Assert.Equal(["moe", "experts", verb], example[..3]);
            var run = await MoeInProcess.RunAsync(
                [.. example[1..].Select(word => word == Path.GetFileName(model) ? model : word)]);
            Assert.True(run.ExitCode == 0, run.Error);
        }
    }

    [Theory]
    [InlineData("evaluate", 21)]
    [InlineData("predict", 10)]
    [InlineData("inspect", 7)]
    [InlineData("export", 4)]
    [InlineData("import", 4)]
    [InlineData("devices", 4)]
    [InlineData("experts list", 5)]
    [InlineData("experts add", 11)]
    [InlineData("experts freeze", 5)]
    [InlineData("experts kinds", 2)]
    [InlineData("bench compute", 5)]
    [InlineData("selftest", 4)]
    public async Task Every_option_has_help(string verb, int count)
    {
        var help = await MoeInProcess.RunAsync([.. verb.Split(' '), "--help"]);
        var options = help.Output.Split('\n').Where(l => l.TrimStart().StartsWith('-')).ToList();
        Assert.Equal(count, options.Count);
        Assert.All(options, line => Assert.Matches(@"^  -\S+( <\S+>|, \S+)*\s{2,}\S+", line));
    }

    [Fact]
    public async Task Help_names_every_generator()
    {
        var help = await MoeInProcess.RunAsync("evaluate", "--help");
        Assert.All(Generators.Names, name => Assert.Contains(name, help.Output, StringComparison.Ordinal));
    }
}
