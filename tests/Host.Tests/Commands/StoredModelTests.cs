using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class StoredModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => Path.Combine(_folder.Path, "model");

    private string ModelFile => Path.Combine(_folder.Path, "model.moe");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_shows_the_fingerprint_that_the_run_ended_with_and_verifies_it()
    {
        var fingerprint = EvaluateTests.Fingerprint(await LearnAsync(Model, 1000));
        var outcome = await MoeProcess.RunAsync("inspect", Model, "--verify");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith(
            "default: 1,000 rows learned, 0 refused, 10 classes", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"fingerprint   {fingerprint} after batch 16\n", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("memory-4000 +shared +1 +16 ", outcome.Output);
        Assert.Contains(
            $"verified: the log from its beginning arrives at checkpoint 16: {fingerprint}\n", outcome.Output,
            StringComparison.Ordinal);
        Assert.Equal($"the log ends after batch 16: {fingerprint}", outcome.LastLine);
    }

    [Fact]
    public async Task Inspect_has_the_promised_fields_as_json()
    {
        await LearnAsync(Model, 500);
        var outcome = await MoeProcess.RunAsync("inspect", "--data-dir", Model, "--json");
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(
            ["name", "format", "rows", "refused", "target", "classes", "features", "settings", "epoch", "devices", "log",
                "batch",
                "accuracy", "fingerprint", "sources", "checkpoints", "experts", "images", "whole", "damages",
                "verification"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal((500, true, 25), (json.RootElement.GetProperty("rows").GetInt32(),
            json.RootElement.GetProperty("whole").GetBoolean(), json.RootElement.GetProperty("images").GetInt32()));
    }

    [Fact]
    public async Task An_exported_and_imported_model_goes_on_to_the_fingerprint_of_an_unbroken_run()
    {
        await LearnAsync(Model, 500);
        var exported = await MoeProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        Assert.Equal((0, ""), (exported.ExitCode, exported.Error));
        var copy = Path.Combine(_folder.Path, "copy");
        var imported = await MoeProcess.RunAsync("import", ModelFile, "--data-dir", copy);
        Assert.StartsWith($"{ModelFile}: 500 rows learned, stored after batch 8, fingerprint ", imported.Output,
            StringComparison.Ordinal);
        Assert.Equal(
            EvaluateTests.Fingerprint(await LearnAsync(Model, 1000)),
            EvaluateTests.Fingerprint(await LearnAsync(copy, 1000)));
        Assert.Equal(0, (await MoeProcess.RunAsync("inspect", copy, "--verify")).ExitCode);
        var again = await MoeProcess.RunAsync("import", ModelFile, "--data-dir", copy);
        Assert.Equal(
            (1, $"moe: {copy}: There is a model already; give another data directory, or another name of the model."),
            (again.ExitCode, again.Error.Trim()));
    }

    [Fact]
    public async Task A_model_file_shows_the_same_picture_as_the_directory_it_came_from()
    {
        await LearnAsync(Model, 500);
        await MoeProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        var stored = await MoeProcess.RunAsync("inspect", Model);
        var file = await MoeProcess.RunAsync("inspect", ModelFile);
        Assert.Equal(Same(stored.Output), Same(file.Output));
        Assert.Equal(("\nformat        3\n", "\nformat        2\n"), (Format(stored.Output), Format(file.Output)));

        static string Format(string text) => Regex.Match(text, "\nformat .*\n").Value;

        static IEnumerable<string> Same(string text) => text.Split('\n').Skip(1)
            .Where(line => line.Split(' ', ':')[0] is not ("format" or "epoch" or "log" or "whole"));
    }

    [Fact]
    public async Task A_folder_without_a_model_stays_empty()
    {
        var outcome = await MoeProcess.RunAsync("inspect", _folder.Path);
        Assert.Equal((1, $"moe: {_folder.Path} holds no model: there is no journal.db in it."),
            (outcome.ExitCode, outcome.Error.Trim()));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_damaged_model_file_is_refused_with_the_part_and_nothing_is_made()
    {
        await LearnAsync(Model, 500);
        await MoeProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        var bytes = await File.ReadAllBytesAsync(ModelFile);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(ModelFile, bytes);
        var copy = Path.Combine(_folder.Path, "copy");
        foreach (var line in (string[][])[["inspect", ModelFile], ["import", ModelFile, "--data-dir", copy]])
        {
            var outcome = await MoeProcess.RunAsync(line);
            Assert.Equal(1, outcome.ExitCode);
            Assert.StartsWith($"moe: {ModelFile}: the image of expert 'bank-16' is damaged: ", outcome.Error,
                StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(copy));
    }

    [Fact]
    public async Task A_damaged_directory_is_told_part_by_part_and_nothing_is_exported_of_it()
    {
        await LearnAsync(Model, 500);
        File.Delete(Path.Combine(Model, "snapshots.db"));
        var shown = await MoeProcess.RunAsync("inspect", Model, "--verify");
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("  Checkpoint 8: image 8 of model-default-expert-cross is not there.\n", shown.Output,
            StringComparison.Ordinal);
        Assert.Contains("nothing to compare: no whole checkpoint comes behind its beginning", shown.Output,
            StringComparison.Ordinal);
        var exported = await MoeProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        Assert.Equal((1, $"moe: {Model} has no checkpoint that is whole; nothing was written."),
            (exported.ExitCode, exported.ErrorLines[^1]));
    }

    private static Task<MoeProcess.Outcome> LearnAsync(string folder, int rows) => MoeProcess.RunAsync(
        "evaluate", "led", "--rows", $"{rows}", "--json", "--data-dir", folder);
}
