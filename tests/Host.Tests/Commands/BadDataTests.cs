using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class BadDataTests
{
    private const string Header = "a,b,class\n";

    [Fact]
    public async Task A_missing_file_is_named_together_with_the_nearest_generator()
    {
        var outcome = await MoeInProcess.RunAsync("evaluate", "rbf-fsat");
        Assert.Equal((1, "moe: There is no file 'rbf-fsat' and no generator of that name. Did you mean 'rbf-fast'?"),
            (outcome.ExitCode, outcome.Error.Trim()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Header)]
    public async Task An_empty_file_is_one_line_and_exit_code_1(string text)
    {
        using var folder = new TemporaryFolder();
        var outcome = await MoeInProcess.RunAsync("evaluate", folder.Write("empty.csv", text));
        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("moe: ", Assert.Single(outcome.ErrorLines, l => l.StartsWith("moe: ", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_generators_name_wins()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("sea", Header + Rows(3));
        var outcome = await MoeInProcess.RunAsync("evaluate", path);
        Assert.StartsWith($"{path}: 3 rows learned", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_read_to_its_end()
    {
        var outcome = await MoeProcess.RunAsync(Header + Rows(50), ["evaluate", "-"]);
        Assert.StartsWith("standard input: 50 rows learned, 0 refused, 2 classes", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_is_told_counted_and_skipped()
    {
        var outcome = await MoeProcess.RunAsync(Header + Rows(20) + "1,2\n" + Rows(20), ["evaluate", "-"]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("standard input: 40 rows learned, 1 refused", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(outcome.ErrorLines, l => l.Contains("line 22", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("2", 1)]
    [InlineData("3", 0)]
    [InlineData("50%", 0)]
    public async Task Too_many_bad_rows_stop_the_run_with_what_was_learned(string limit, int code)
    {
        var outcome = await MoeProcess.RunAsync(Header + Rows(20) + "1\n2\n3\n" + Rows(20),
            ["evaluate", "-", "--max-refused", limit, "--batch", "8"]);
        Assert.Equal(code, outcome.ExitCode);
        Assert.Contains("rows learned, 3 refused", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(code, outcome.ErrorLines.Count(l => l.StartsWith("moe: 3 of the ", StringComparison.Ordinal)));
    }

    private static string Rows(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{i},{i % 5},{(i % 2 == 0 ? "yes" : "no")}\n"));
}
