using System.Text.Json;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class EvaluateTests
{
    private const string Escape = "\e";

    [Fact]
    public async Task The_summary_is_text_on_standard_output_and_progress_on_standard_error()
    {
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "2500", "--set", "moe.growth.mode=off");
        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("sea: 2,500 rows learned, 0 refused, 2 classes", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("fingerprint", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("memory-4000   memory  shared", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(["1,024", "2,048", "2,500"], ProgressRows(outcome));
    }

    [Fact]
    public async Task Piped_output_has_no_escape_codes()
    {
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "1500");
        Assert.DoesNotContain(Escape, outcome.Output + outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_can_be_had_every_so_many_rows()
    {
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "1000", "--every", "300", "--batch", "100");
        Assert.Equal(["300", "600", "900", "1,000"], ProgressRows(outcome));
    }

    [Theory]
    [InlineData("actors")]
    [InlineData("single")]
    public async Task Json_is_the_only_line_of_output_and_has_the_promised_fields(string mode)
    {
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "1500", "--json", "--mode", mode);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(outcome.LastLine, outcome.Output.TrimEnd());
        using var json = JsonDocument.Parse(outcome.LastLine);
        Assert.Equal(
            ["source", "rows", "refused", "duplicates", "classes", "accuracy", "kappa", "kappaTemporal", "logLoss", "seconds",
                "rowsPerSecond", "load", "fingerprint", "experts", "changes", "drifts"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.All(json.RootElement.GetProperty("experts").EnumerateArray(), expert => Assert.Equal(
            ["id", "kind", "role", "mode", "accuracy", "share", "weight", "device"], expert.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(("sea", 1500), (json.RootElement.GetProperty("source").GetString(),
            json.RootElement.GetProperty("rows").GetInt32()));
    }

    [Theory]
    [InlineData("--batch 7")]
    [InlineData("--seed 3 --window 2")]
    [InlineData("--set moe.pool.routed=[]")]
    public async Task Both_modes_give_the_same_fingerprint(string more)
    {
        string[] args = ["evaluate", "led", "--rows", "1000", "--json", .. more.Split(' ')];
        Assert.Equal(
            Fingerprint(await MoeInProcess.RunAsync([.. args, "--mode", "single"])),
            Fingerprint(await MoeInProcess.RunAsync([.. args, "--mode", "actors"])));
    }

    [Fact]
    public async Task Another_seed_gives_another_fingerprint() =>
        Assert.NotEqual(
            Fingerprint(await MoeInProcess.RunAsync("evaluate", "led", "--rows", "500", "--json", "--seed", "1")),
            Fingerprint(await MoeInProcess.RunAsync("evaluate", "led", "--rows", "500", "--json", "--seed", "2")));

    internal static string Fingerprint(Outcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using var json = JsonDocument.Parse(outcome.LastLine);
        return json.RootElement.GetProperty("fingerprint").GetString()!;
    }

    private static IEnumerable<string> ProgressRows(Outcome outcome) => outcome.ErrorLines
        .SkipWhile(l => !l.EndsWith("rows/s", StringComparison.Ordinal)).Skip(1)
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
}
