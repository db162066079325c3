using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("evaluate sea --rwos 5", "moe: Unknown option --rwos. Did you mean --rows? See 'moe evaluate --help'.")]
    [InlineData("evaluate --rwos=5 sea", "moe: Unknown option --rwos. Did you mean --rows? See 'moe evaluate --help'.")]
    [InlineData("evaluate sea --zebras", "moe: Unknown option --zebras. See 'moe evaluate --help'.")]
    [InlineData("evaluate", "moe: evaluate needs a source: a file, - for standard input, or a generator. See 'moe evaluate --help'.")]
    [InlineData("evaluate sea led", "moe: Unexpected argument 'led'; evaluate takes one source. See 'moe evaluate --help'.")]
    [InlineData("", "moe: moe needs a command: evaluate, predict, inspect, experts, devices, export, import, bench, selftest. See 'moe --help'.")]
    [InlineData("evalute", "moe: Unknown command 'evalute'. Did you mean evaluate? See 'moe --help'.")]
    [InlineData("evaluate sea --rows few", "moe: --rows is 'few'; it must be a whole number of 1 or more.")]
    [InlineData("evaluate sea --rows -3", "moe: --rows is '-3'; it must be a whole number of 1 or more.")]
    [InlineData("evaluate sea --every 0", "moe: --every is '0'; it must be a whole number of 1 or more.")]
    [InlineData("evaluate sea --mode dual", "moe: --mode is 'dual'; it must be actors or single.")]
    [InlineData("evaluate sea --batch two", "moe: --batch: moe.batch is 'two'; it must be a whole number.")]
    [InlineData("evaluate sea --batch 0", "moe: moe.batch is 0; it must lie in [1, 4096].")]
    [InlineData("evaluate sea --window 257", "moe: moe.window is 257; it must lie in [1, 256].")]
    [InlineData("evaluate sea --set moe.router.topk=2", "moe: --set: unknown setting moe.router.topk. Did you mean moe.router.top-k?")]
    [InlineData("evaluate sea --mode single --data-dir d", "moe: --mode single stores nothing, but the data directory is 'd'; leave out one of the two.")]
    [InlineData("evaluate sea --set moe.pool.shared=[\"3:mlp\"]",
        "moe: moe.pool has an expert called '3'; an id is 1 to 64 of a-z, 0-9 and '-', starting with a letter.")]
    [InlineData("evaluate mosaic:noise=2",
        "moe: Generator 'mosaic' (noise=2): noise is '2'; it must be a number from 0 to 1.")]
    [InlineData("evaluate sea --target y", "moe: --target applies to files only; sea is a generator.")]
    [InlineData("inspect", "moe: inspect needs a data directory or a model file, or a PostgreSQL database in the settings; see 'moe inspect --help'.")]
    [InlineData("inspect a b", "moe: Unexpected argument 'b'; inspect takes one path. See 'moe inspect --help'.")]
    [InlineData("inspect --jsn", "moe: Unknown option --jsn. Did you mean --json? See 'moe inspect --help'.")]
    [InlineData("inspect --device cuda:0", "moe: --device cuda:0 selects the device for --verify; give --verify too.")]
    [InlineData("inspect moe.dll --verify", "moe: --verify replays a log, but the model file moe.dll has none; leave out one of the two.")]
    [InlineData("export", "moe: export needs a file to write the model to. See 'moe export --help'.")]
    [InlineData("export a.moe", "moe: export needs a store; give --data-dir DIR, or moe.postgres.connection in the settings.")]
    [InlineData("import a.moe b.moe", "moe: Unexpected argument 'b.moe'; import takes one file. See 'moe import --help'.")]
    public async Task A_wrong_option_is_one_line_and_exit_code_2(string line, string problem)
    {
        var outcome = await MoeInProcess.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, problem, ""), (outcome.ExitCode, outcome.Error.Trim(), outcome.Output));
    }

    [Fact]
    public async Task All_wrong_options_are_named_at_once()
    {
        var outcome = await MoeInProcess.RunAsync(
            "evaluate", "sea", "--rows", "0", "--seed", "x", "--max-refused", "200%", "--config", "no.hocon");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Collection(outcome.ErrorLines,
            line => Assert.StartsWith("moe: --config no.hocon cannot be read: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("moe: --seed: moe.seed is 'x'; ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("moe: --max-refused: moe.max-refused.share is '200%'; ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("moe: --rows is '0'; ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_come_from_file_environment_and_line_the_later_wins()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("my.hocon", "moe { batch = 5000, window = 300, max-classes = 1 }");
        var outcome = await MoeProcess.RunAsync(null,
            ["evaluate", "sea", "--config", file, "--set", "moe.batch=6000", "--batch", "7000"], ("MOE__WINDOW", "400"));
        Assert.Equal(
            [
                "moe: moe.batch is 7000; it must lie in [1, 4096].",
                "moe: moe.window is 400; it must lie in [1, 256].",
                "moe: moe.max-classes is 1; it must lie in [2, 1024].",
            ], outcome.ErrorLines);
    }
}
