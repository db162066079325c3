using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class ForeignWordsTests : IDisposable
{
    private const string Evil = "\e]0;x\a\e[31m\u009B1m\u202Eq\u2066";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text")]
    [InlineData("--json")]
    public async Task Headers_classes_settings_and_options_are_never_printed_raw(string format)
    {
        var data = Path.Combine(_folder.Path, "data");
        var file = _folder.Write("rows.csv", $"a{Evil},b,y{Evil}\n" + string.Concat(
            Enumerable.Range(0, 200).Select(i => $"{i},k{Evil}{i % 3},c{Evil}{i % 2}\n")) + $"{Evil},1,c\n{Evil}\n");
        string[] json = format == "--json" ? ["--json"] : [];
        await AssertPlainAsync(0, ["evaluate", file, "--source", $"s{Evil}", "--data-dir", data, .. json]);
        await AssertPlainAsync(0, ["inspect", data, .. json]);
        await AssertPlainAsync(0, ["experts", "list", "--data-dir", data, .. json]);
    }

    [Theory]
    [InlineData("evaluate", "x" + Evil)]
    [InlineData("evaluate", "sea", "--set", "moe.x" + Evil + "=1")]
    [InlineData("evaluate", "sea", "--set", "moe.batch=" + Evil)]
    [InlineData("evaluate", "sea", "--rows", Evil)]
    [InlineData("evaluate", "sea", "--" + Evil)]
    [InlineData("evaluate", "sea", "x" + Evil)]
    [InlineData("evaluate", "sea", "--plot", Evil + ".svg" + Evil)]
    [InlineData("evaluate", "sea", "--config", Evil)]
    [InlineData("evaluate", "sea", "--mode", "a\nmoe: b")]
    [InlineData("inspect", Evil)]
    [InlineData("export", "none/" + Evil, "--data-dir", Evil)]
    [InlineData(Evil)]
    public async Task What_is_wrong_with_a_command_line_is_said_in_plain_words(params string[] args)
    {
        var outcome = await AssertPlainAsync(null, args);
        Assert.InRange(outcome.ExitCode, 1, 2);
        Assert.StartsWith("moe: ", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_with_control_characters_is_refused_in_plain_words()
    {
        var script = _folder.Write("s.txt", $"10 {Evil}\n20 add {Evil}\n");
        await AssertPlainAsync(2, ["evaluate", "sea", "--rows", "10", "--script", script]);
    }

    [Theory]
    [InlineData("--set", "moe.router.top-k=2", "--set")]
    [InlineData("--rows", "64", "--rows")]
    public async Task An_option_that_ends_the_line_without_its_value_is_refused(params string[] options)
    {
        var outcome = await MoeInProcess.RunAsync(["evaluate", "sea", .. options]);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal($"moe: {options[0]} needs a value each time it is given. See 'moe evaluate --help'.",
            Assert.Single(outcome.ErrorLines));
    }

    [Fact]
    public async Task Settings_nested_a_hundred_thousand_deep_are_refused_in_one_sentence()
    {
        var config = _folder.Write("deep.conf", string.Concat(Enumerable.Repeat("a{", 100_000)));
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "10", "--config", config);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.EndsWith("line 1: more than 32 nested brackets; no setting needs more than 4.",
            Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        var schema = _folder.Write("deep.json", new string('[', 100_000));
        var rows = _folder.Write("rows.csv", "a,b\n1,2\n");
        var refused = await MoeInProcess.RunAsync("evaluate", rows, "--schema", schema);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith($"moe: {schema} is not valid JSON: ", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_that_a_thousand_rows_have_is_told_a_few_times_and_counted()
    {
        var file = _folder.Write("rows.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 500).Select(
            i => i % 5 == 4 ? $"{i},2\n" : i % 20 == 3 ? $"{i},\"text 'x' {i}\",1\n" : $"{i},{i % 7},{i % 2}\n")));
        var outcome = await MoeInProcess.RunAsync("evaluate", file, "--max-refused", "50%");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.StartsWith($"{file}: 375 rows learned, 125 refused", outcome.Output, StringComparison.Ordinal);
        var told = outcome.ErrorLines.Where(line => line.Contains("line ", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, told.Count);
        Assert.Equal(3, told.Count(line => line.Contains("2 cells, but the header has 3", StringComparison.Ordinal)));
        Assert.Equal(3, told.Count(line => line.Contains("is not a number", StringComparison.Ordinal)));
        Assert.Contains("22 more rows were refused for the same reason as line 5", told);
        Assert.Contains("97 more rows were refused for the same reason as line 6", told);
    }

    private static async Task<Outcome> AssertPlainAsync(int? code, string[] args)
    {
        var outcome = await MoeInProcess.RunAsync(args);
        if (code is { } expected)
            Assert.True(outcome.ExitCode == expected, outcome.Error);
        Assert.DoesNotContain(outcome.Output + outcome.Error,
            c => c != '\n' && (char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')));
        return outcome;
    }
}
