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
        Assert.Contains("stopped after 3,000 rows of standard input", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("timed out", outcome.Error, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("actors", "1,000 rows, or the end, to see what the columns hold; 300 have arrived.")]
    [InlineData("single", "1,000 rows, or the end, to see what the columns hold; 300 have arrived.")]
    [InlineData("declared", "waiting for more rows.")]
    public async Task Rows_that_came_before_a_source_fell_silent_are_learned_and_stored(string mode, string waitsFor)
    {
        using var folder = new TemporaryFolder();
        var rows = string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},{i % 7},{i % 2}\n"));
        var schema = folder.Write("s.json", """
            {"columns":[{"name":"x1","type":"num"},{"name":"x2","type":"num"},{"name":"y","type":"cat"}]}
            """);
        var data = Path.Combine(folder.Path, "data");
        string[] options = mode switch
        {
            "single" => ["--mode", "single"],
            "declared" => ["--schema", schema, "--data-dir", data, "--source", "s"],
            _ => ["--data-dir", data, "--source", "s"],
        };
        var outcome = await MoeProcess.StopAsync("TERM", waitsFor, "x1,x2,y\n" + rows + "17,half", ["evaluate", "-", .. options]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("standard input: 300 rows learned, 0 refused, 2 classes", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("stopped after 300 rows of standard input\n", outcome.Error, StringComparison.Ordinal);
        if (mode == "single")
            return;
        var inspected = await MoeInProcess.RunAsync("inspect", data);
        Assert.StartsWith("default: 300 rows learned", inspected.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_signal_before_the_first_row_leaves_no_model_behind()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        var outcome = await MoeProcess.StopAsync(
            "TERM", "0 have arrived.", "x1,x2,y\n1,2", "evaluate", "-", "--data-dir", data);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Output));
        Assert.EndsWith("stopped before the first row of standard input\n", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [UnixFact]
    public async Task A_signal_while_the_actors_start_is_a_clean_stop()
    {
        using var folder = new TemporaryFolder();
        string[] run = ["evaluate", "sea", "--rows", "1000", "--data-dir", Path.Combine(folder.Path, "data")];
        var stopped = await MoeProcess.StopAsync("INT", "threads", null, run);
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        Assert.Contains("stopped ", stopped.Error, StringComparison.Ordinal);
        var again = await MoeInProcess.RunAsync(run);
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
        Assert.Contains("run the same command to continue", stopped.Error, StringComparison.Ordinal);
        var resumed = await MoeInProcess.RunAsync(durable);
        Assert.Contains("continues after row", resumed.Error, StringComparison.Ordinal);
        var unbroken = await MoeInProcess.RunAsync(run);
        Assert.Equal(EvaluateTests.Fingerprint(unbroken), EvaluateTests.Fingerprint(resumed));
    }
}
