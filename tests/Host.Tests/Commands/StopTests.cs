using MoE.Needs;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class StopTests
{
    [UnixTheory]
    [InlineData("INT", "actors")]
    [InlineData("TERM", "actors")]
    [InlineData("INT", "single")]
    public async Task A_signal_ends_an_endless_run_with_its_summary(string signal, string mode)
    {
        var outcome = await MoeProcess.StopAsync(signal, "1,024  ", null, "evaluate", "sea", "--mode", mode);
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("sea: ", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"stopped after [\d,]+ rows of sea", outcome.Error);
    }

    [UnixFact]
    public async Task A_signal_ends_a_run_whose_input_keeps_it_waiting()
    {
        var rows = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},{i % 7},{i % 2}\n"));
        var outcome = await MoeProcess.StopAsync(
            "INT", "2,944  ", "x1,x2,y\n" + rows, "evaluate", "-", "--every", "64");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("stopped after 2,944 rows of standard input", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("timed out", outcome.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_signal_while_the_actors_start_is_a_clean_stop()
    {
        using var folder = new TemporaryFolder();
        string[] run = ["evaluate", "sea", "--rows", "1000", "--data-dir", Path.Combine(folder.Path, "data")];
        var stopped = await MoeProcess.StopAsync("INT", "threads", null, run);
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        Assert.Contains("stopped ", stopped.Error, StringComparison.Ordinal);
        var again = await MoeProcess.RunAsync(run);
        Assert.StartsWith("sea: 1,000 rows learned", again.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_stopped_durable_run_goes_on_to_the_fingerprint_of_an_unbroken_one()
    {
        using var folder = new TemporaryFolder();
        string[] run = ["evaluate", "rbf-fast", "--rows", "50000", "--json"];
        string[] durable = [.. run, "--data-dir", Path.Combine(folder.Path, "data")];
        var stopped = await MoeProcess.StopAsync("INT", "1,024  ", null, durable);
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        Assert.Contains("the same command goes on from there", stopped.Error, StringComparison.Ordinal);
        var resumed = await MoeProcess.RunAsync(durable);
        Assert.Contains("goes on after row", resumed.Error, StringComparison.Ordinal);
        var unbroken = await MoeProcess.RunAsync(run);
        Assert.Equal(EvaluateTests.Fingerprint(unbroken), EvaluateTests.Fingerprint(resumed));
    }
}
