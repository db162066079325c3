using MoE.Compute.Data.Generators;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("evaluate --help")]
    public async Task Help_ends_with_an_example_that_runs(string line)
    {
        var help = await MoeProcess.RunAsync(line.Split(' '));
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        var example = help.LastLine.Trim().Split(' ');
        Assert.Equal("moe", example[0]);
        var run = await MoeProcess.RunAsync(example[1..]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("10,000 rows learned", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_option_has_help()
    {
        var help = await MoeProcess.RunAsync("evaluate", "--help");
        var options = help.Output.Split('\n').Where(l => l.TrimStart().StartsWith('-')).ToList();
        Assert.Equal(17, options.Count);
        Assert.All(options, line => Assert.Matches(@"^  -\S+( <\S+>|, \S+)*\s{2,}\S+", line));
    }

    [Fact]
    public async Task Help_names_every_generator()
    {
        var help = await MoeProcess.RunAsync("evaluate", "--help");
        Assert.All(Generators.Names, name => Assert.Contains(name, help.Output, StringComparison.Ordinal));
    }
}
