using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class StopTests
{
    [Theory]
    [InlineData("INT", "actors")]
    [InlineData("TERM", "actors")]
    [InlineData("INT", "single")]
    public async Task A_signal_ends_an_endless_run_with_its_summary(string signal, string mode)
    {
        if (OperatingSystem.IsWindows())
            return;
        var outcome = await MoeProcess.StopAsync(signal, "evaluate", "sea", "--mode", mode);
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("sea: ", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(@"stopped after row [\d,]+ of sea", outcome.Error);
    }

    [Fact]
    public async Task A_stopped_durable_run_goes_on_to_the_fingerprint_of_an_unbroken_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string[] run = ["evaluate", "rbf-fast", "--rows", "30000", "--json"];
        string[] durable = [.. run, "--data-dir", Path.Combine(folder.Path, "data")];
        var stopped = await MoeProcess.StopAsync("INT", durable);
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        Assert.Contains("the same command goes on from there", stopped.Error, StringComparison.Ordinal);
        var resumed = await MoeProcess.RunAsync(durable);
        Assert.Contains("goes on after row", resumed.Error, StringComparison.Ordinal);
        var unbroken = await MoeProcess.RunAsync(run);
        Assert.Equal(EvaluateTests.Fingerprint(unbroken), EvaluateTests.Fingerprint(resumed));
    }
}
