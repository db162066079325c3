using System.Text.Json;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class ScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("actors")]
    [InlineData("single")]
    public async Task Commands_come_behind_their_rows_and_are_told_at_the_end(string mode)
    {
        var script = _folder.Write("s.txt", """
            100 add mlp hidden=8 --role routed --reason "one more"
            300 freeze fern-10
            300 retire bank-3
            """);
        var outcome = await MoeInProcess.RunAsync(
            "evaluate", "sea", "--rows", "500", "--json", "--mode", mode, "--script", script);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using var json = JsonDocument.Parse(outcome.LastLine);
        Assert.Equal(
            [(100, 3, "added", "mlp-24"), (300, 7, "frozen", "fern-10"), (300, 7, "retired", "bank-3")],
            json.RootElement.GetProperty("changes").EnumerateArray().Select(change => (
                change.GetProperty("row").GetInt32(), change.GetProperty("batch").GetInt32(),
                change.GetProperty("action").GetString()!, change.GetProperty("id").GetString()!)));
        Assert.Equal("one more", json.RootElement.GetProperty("changes")[0].GetProperty("reason").GetString());
        var experts = json.RootElement.GetProperty("experts").EnumerateArray().ToList();
        Assert.Equal(24, experts.Count);
        Assert.Equal("frozen", experts.Single(e => e.GetProperty("id").GetString() == "fern-10")
            .GetProperty("mode").GetString());
    }

    [Theory]
    [InlineData("actors")]
    [InlineData("single")]
    public async Task A_refused_command_ends_the_run_behind_the_rows_before_it(string mode)
    {
        var script = _folder.Write("s.txt", "200 freeze nobody");
        var outcome = await MoeInProcess.RunAsync(
            "evaluate", "sea", "--rows", "500", "--mode", mode, "--script", script, "--set", "moe.pool.routed=[]");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("sea: 200 rows learned", outcome.Output, StringComparison.Ordinal);
        Assert.StartsWith("moe: 'freeze nobody' cannot be done: There is no expert 'nobody'. There is 'mlp-hat', ",
            outcome.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_that_were_not_reached_are_told()
    {
        var script = _folder.Write("s.txt", "100 freeze fern-5\n500 thaw fern-5\n900 freeze fern-5");
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "500", "--script", script);
        Assert.Equal("2 commands of the script were not reached; the next one is due after row 500",
            outcome.ErrorLines[^1]);
        Assert.EndsWith("frozen fern-5  it was told to", outcome.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_script_is_refused_line_by_line_before_the_run()
    {
        var script = _folder.Write("s.txt", "100 freeze\n50 thaw a\n");
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "500", "--script", script);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith($"moe: {script}:1: freeze needs one expert", Assert.Single(outcome.ErrorLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_a_source_has_no_script()
    {
        var script = _folder.Write("s.txt", "100 freeze fern-5");
        var outcome = await MoeInProcess.RunAsync(
            "evaluate", "sea", "--rows", "500", "--source", "a", "--offset", "9", "--script", script);
        Assert.StartsWith("moe: --script counts rows from the start of the source", outcome.Error,
            StringComparison.Ordinal);
    }
}
