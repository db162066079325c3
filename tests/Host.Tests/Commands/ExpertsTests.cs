using System.Text.Json;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class ExpertsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string[] Store => ["--data-dir", Path.Combine(_folder.Path, "model")];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_list_says_what_each_expert_is_and_how_it_did()
    {
        await LearnAsync();
        var list = await RunAsync("list");
        var lines = list.Output.TrimEnd().Split('\n');
        Assert.Equal(25, lines.Length);
        Assert.Matches(@"^no  expert +role +mode +since  copy of +accuracy +share +weight +bytes  definition$", lines[0]);
        Assert.Matches(@"^ 3  fern-5 +shared +learning +1  - +\d+\.\d\d %  100\.00 % +\d+\.\d\d %  +[\d,]+  fern count=128 ", lines[3]);
    }

    [Fact]
    public async Task The_list_is_one_line_of_json_too()
    {
        await LearnAsync();
        using var json = JsonDocument.Parse((await RunAsync("list", "--json")).Output);
        var experts = json.RootElement.GetProperty("experts").EnumerateArray().ToList();
        Assert.Equal(24, experts.Count);
        Assert.Equal(
            ["number", "id", "role", "kind", "definition", "mode", "since", "copyOf", "accuracy", "share", "weight",
                "bytes"],
            experts[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task A_change_is_told_in_one_line()
    {
        await LearnAsync();
        Assert.Equal("added near (routed, memory size=100) from batch 9 on",
            (await RunAsync("add", "memory", "size=100", "--id", "near", "--role", "routed")).LastLine);
        Assert.Equal("added cross-24 (shared, cross bits=18 rate=0.05 pairs=300 bins=16, copy of cross, frozen) "
            + "from batch 9 on", Numbered((await RunAsync("add", "--clone", "5", "--frozen")).LastLine));
        Assert.Equal("frozen fern-5 from batch 9 on", (await RunAsync("freeze", "fern-5")).LastLine);
        Assert.Equal("nothing to do: 'promote fern-5' is already in effect", (await RunAsync("promote", "fern-5")).LastLine);
    }

    [Fact]
    public async Task A_refused_change_says_why()
    {
        await LearnAsync();
        var outcome = await MoeInProcess.RunAsync(["experts", "freeze", "fern-6", .. Store]);
        Assert.Equal((1, "moe: There is no expert 'fern-6'. Did you mean 'fern-5'?"),
            (outcome.ExitCode, outcome.Error.Trim()));
    }

    [Theory]
    [InlineData("experts", "moe: moe experts needs a command: list, add, freeze,")]
    [InlineData("experts lst", "moe: Unknown command 'lst'. Did you mean list? See 'moe experts --help'.")]
    [InlineData("experts list x", "moe: Unexpected argument 'x'; list takes only options.")]
    [InlineData("experts add mlp --frozn", "moe: Unknown option --frozn. Did you mean --frozen?")]
    [InlineData("experts freeze", "moe: freeze needs one expert, by its id or its number in the list,")]
    [InlineData("experts freeze a b", "moe: freeze needs one expert, by its id or its number in the list,")]
    [InlineData("experts add mlp hidden=0", "moe: Expert 'mlp' (mlp hidden=0): hidden is '0'; it must be a whole number")]
    [InlineData("experts list", "moe: list needs a store; give --data-dir DIR, or moe.postgres.connection")]
    public async Task A_wrong_line_is_refused_before_anything_is_opened(string line, string error)
    {
        var outcome = await MoeInProcess.RunAsync(line.Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(error, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_made_where_no_model_is()
    {
        var outcome = await MoeInProcess.RunAsync(["experts", "freeze", "fern-5", .. Store]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.False(Directory.Exists(Store[1]), outcome.Error);
    }

    [Fact]
    public async Task Kinds_are_shown_with_defaults_and_what_is_allowed()
    {
        var kinds = await MoeInProcess.RunAsync("experts", "kinds");
        Assert.Matches("\nfern +depth +5  1 to 14\n", kinds.Output);
        Assert.Matches("\nmemory +near +8  1 to wide", kinds.Output);
        using var json = JsonDocument.Parse((await MoeInProcess.RunAsync("experts", "kinds", "--json")).Output);
        Assert.Equal(["name", "options"], json.RootElement[0].EnumerateObject().Select(p => p.Name));
    }

    // The number of a copy is the roster's to give.
    private static string Numbered(string line) => line.Replace("cross-25", "cross-24", StringComparison.Ordinal);

    private Task<Outcome> LearnAsync() =>
        MoeInProcess.RunAsync(["evaluate", "sea", "--rows", "500", .. Store]);

    private async Task<Outcome> RunAsync(params string[] words)
    {
        var outcome = await MoeInProcess.RunAsync(["experts", .. words, .. Store]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome;
    }
}
