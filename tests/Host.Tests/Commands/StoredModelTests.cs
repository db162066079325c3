using System.Text.Json;
using System.Text.RegularExpressions;
using MoE.Actors;
using MoE.Actors.Inspection;
using MoE.Compute.ModelFiles;
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
        var outcome = await MoeInProcess.RunAsync("inspect", Model, "--verify");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith(
            "default: 1,000 rows learned, 0 refused, 10 classes", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"fingerprint   {fingerprint} after batch 16\n", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("memory-4000 +shared +1 +16 ", outcome.Output);
        Assert.Contains(
            $"verified: replaying the log from the beginning reproduces checkpoint 16: {fingerprint}\n", outcome.Output,
            StringComparison.Ordinal);
        Assert.Equal($"the log ends after batch 16: {fingerprint}", outcome.LastLine);
    }

    [Fact]
    public async Task Inspect_has_the_promised_fields_as_json()
    {
        await LearnAsync(Model, 500);
        var outcome = await MoeInProcess.RunAsync("inspect", "--data-dir", Model, "--json");
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
        var exported = await MoeInProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        Assert.Equal((0, ""), (exported.ExitCode, exported.Error));
        var copy = Path.Combine(_folder.Path, "copy");
        var imported = await MoeInProcess.RunAsync("import", ModelFile, "--data-dir", copy);
        Assert.StartsWith($"{ModelFile}: 500 rows learned, stored after batch 8, fingerprint ", imported.Output,
            StringComparison.Ordinal);
        Assert.Equal(
            EvaluateTests.Fingerprint(await LearnAsync(Model, 1000)),
            EvaluateTests.Fingerprint(await LearnAsync(copy, 1000)));
        Assert.Equal(0, (await MoeInProcess.RunAsync("inspect", copy, "--verify")).ExitCode);
        var again = await MoeInProcess.RunAsync("import", ModelFile, "--data-dir", copy);
        Assert.Equal(
            (1, $"moe: {copy}: A model is already stored there; give another data directory, or another moe.model."),
            (again.ExitCode, again.Error.Trim()));
    }

    [Fact]
    public async Task Experts_that_were_added_behind_the_newest_checkpoint_are_exported_and_imported()
    {
        await LearnAsync(Model, 500);
        await ChangeAsync("add", "deep", "hidden=8", "second=8", "--id", "slow");
        await ChangeAsync("add", "--clone", "slow", "--role", "archived", "--id", "slow-old");
        await ChangeAsync("rename", "fern-5", "ferns");
        await ChangeAsync("retire", "cross");
        var exported = await MoeInProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        Assert.Equal((0, ""), (exported.ExitCode, exported.Error));
        Assert.StartsWith($"{ModelFile}: model after batch 8 and 4 changes of the pool, fingerprint ", exported.Output,
            StringComparison.Ordinal);
        var copy = Path.Combine(_folder.Path, "copy");
        var imported = await MoeInProcess.RunAsync("import", ModelFile, "--data-dir", copy);
        Assert.Equal(exported.LastLine.Split(' ')[^1], imported.LastLine.Split(' ')[^1]);
        var list = await ListAsync(Model);
        Assert.Contains("\"slow-old\"", list, StringComparison.Ordinal);
        Assert.Equal(list, await ListAsync(copy));
        Assert.Equal(
            EvaluateTests.Fingerprint(await LearnAsync(Model, 5000)),
            EvaluateTests.Fingerprint(await LearnAsync(copy, 5000)));
        Assert.Equal(0, (await MoeInProcess.RunAsync("inspect", copy, "--verify")).ExitCode);
    }

    [Fact]
    public async Task An_experts_command_leaves_a_model_of_other_growth_settings_as_it_is()
    {
        string[] settings = ["--set", "moe.growth.detector=page-hinkley", "--set", "moe.checkpoint.interval=1h"];
        await MoeProcess.StopAsync(
            "KILL", " 4,0", null, ["evaluate", "rbf-fast", "--data-dir", Model, .. settings]);
        var copy = Path.Combine(_folder.Path, "copy");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Model, "*.db*"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var changed = await MoeInProcess.RunAsync(["experts", "promote", "fern-5", "--data-dir", Model, .. settings]);
        Assert.Equal("nothing to do: 'promote fern-5' is already in effect", changed.LastLine);
        await MoeInProcess.RunAsync(["evaluate", "rbf-fast", "--rows", "1000", "--data-dir", copy, .. settings]);
        var (original, opened) = (await NewestAsync(Model), await NewestAsync(copy));
        Assert.InRange(original.Progress.LastBatch, 62, long.MaxValue);
        Assert.Equal(opened.Fingerprint(), original.Fingerprint());
        Assert.Equal(opened.Gate.ToArray(), original.Gate.ToArray());   // what growth watches is in no fingerprint
    }

    [Fact]
    public async Task A_model_file_shows_the_same_picture_as_the_directory_it_came_from()
    {
        await LearnAsync(Model, 500);
        await MoeInProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        var stored = await MoeInProcess.RunAsync("inspect", Model);
        var file = await MoeInProcess.RunAsync("inspect", ModelFile);
        Assert.Equal(Same(stored.Output), Same(file.Output));
        Assert.Equal(("\nformat        3\n", "\nformat        2\n"), (Format(stored.Output), Format(file.Output)));

        static string Format(string text) => Regex.Match(text, "\nformat .*\n").Value;

        static IEnumerable<string> Same(string text) => text.Split('\n').Skip(1)
            .Where(line => line.Split(' ', ':')[0] is not ("format" or "epoch" or "log" or "intact"));
    }

    [Fact]
    public async Task A_folder_without_a_model_stays_empty()
    {
        var outcome = await MoeInProcess.RunAsync("inspect", _folder.Path);
        Assert.Equal((1, $"moe: {_folder.Path} holds no model: there is no journal.db in it."),
            (outcome.ExitCode, outcome.Error.Trim()));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_damaged_model_file_is_refused_with_the_part_and_nothing_is_made()
    {
        await LearnAsync(Model, 500);
        await MoeInProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        var bytes = await File.ReadAllBytesAsync(ModelFile);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(ModelFile, bytes);
        var copy = Path.Combine(_folder.Path, "copy");
        foreach (var line in (string[][])[["inspect", ModelFile], ["import", ModelFile, "--data-dir", copy]])
        {
            var outcome = await MoeInProcess.RunAsync(line);
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
        var shown = await MoeInProcess.RunAsync("inspect", Model, "--verify");
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("  Checkpoint 8: image 8 of model-default-expert-cross is not there.\n", shown.Output,
            StringComparison.Ordinal);
        Assert.Contains("nothing to compare: there is no intact checkpoint after the beginning", shown.Output,
            StringComparison.Ordinal);
        var exported = await MoeInProcess.RunAsync("export", ModelFile, "--data-dir", Model);
        Assert.Equal((1, $"moe: {Model} has no intact checkpoint; nothing was written."),
            (exported.ExitCode, exported.ErrorLines[^1]));
    }

    [Fact]
    public async Task Acknowledged_rows_that_are_lost_are_told_by_every_command_that_opens_the_model_until_a_run_goes_on()
    {
        const string lost = "1,000 acknowledged rows are lost: rows 1 to 1,000 of led. The log ends after batch 8; batch 24 "
            + "was stored. Files and generators supply these rows again; rows of standard input must be sent again, with "
            + "--offset 0.";                                  // another number of rows makes it another source
        await LearnAsync(Model, 500);
        var old = Path.Combine(_folder.Path, "old");
        Directory.CreateDirectory(old);
        foreach (var file in Directory.GetFiles(Model, "*.db"))
            File.Copy(file, Path.Combine(old, Path.GetFileName(file)));
        var whole = EvaluateTests.Fingerprint(await LearnAsync(Model, 1000));
        foreach (var file in Directory.GetFiles(old))
            File.Copy(file, Path.Combine(Model, Path.GetFileName(file)), overwrite: true);
        var inspected = await MoeInProcess.RunAsync("inspect", Model);
        Assert.Equal((1, $"  {lost}"), (inspected.ExitCode, inspected.LastLine));
        var json = await MoeInProcess.RunAsync("inspect", Model, "--json");
        using var fields = JsonDocument.Parse(json.Output);
        Assert.Equal((1, false, lost), (json.ExitCode, fields.RootElement.GetProperty("whole").GetBoolean(),
            fields.RootElement.GetProperty("damages")[0].GetString()));
        foreach (var line in (string[][])[["export", ModelFile, "--data-dir", Model],
            ["experts", "list", "--data-dir", Model]])
            Assert.Equal([$"moe: warning: {lost}"], (await MoeInProcess.RunAsync(line)).ErrorLines);
        var run = await LearnAsync(Model, 1000);
        var told = Array.IndexOf(run.ErrorLines, $"warning: {Model}: {lost}");
        Assert.InRange(told, 0, Array.FindIndex(run.ErrorLines, l => l.Contains("accuracy", StringComparison.Ordinal)));
        Assert.Equal(whole, EvaluateTests.Fingerprint(run));
        Assert.Equal(0, (await MoeInProcess.RunAsync("inspect", Model, "--verify")).ExitCode);
    }

    [Fact]
    public async Task A_model_whose_log_is_gone_is_not_begun_anew()
    {
        await LearnAsync(Model, 500);
        File.Delete(Path.Combine(Model, "journal.db"));
        var refused = await LearnAsync(Model, 500);
        Assert.Equal((1, $"moe: {Model}: The log is empty, but a model with 500 acknowledged rows was stored here: restore "
            + "the data from a backup, or start with another data directory (or moe.model)."),
            (refused.ExitCode, refused.ErrorLines[^1]));
        Assert.Equal(1, (await MoeInProcess.RunAsync("inspect", Model)).ExitCode);
    }

    private async Task ChangeAsync(params string[] words)
    {
        var outcome = await MoeInProcess.RunAsync(["experts", .. words, "--data-dir", Model]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
    }

    private static async Task<string> ListAsync(string folder) =>
        (await MoeInProcess.RunAsync("experts", "list", "--json", "--data-dir", folder)).Output;

    private static async Task<ModelFile> NewestAsync(string folder)
    {
        var stored = await ModelStore.ReadAsync(new DurabilityOptions { DataDirectory = folder }, CancellationToken.None);
        return stored.NewestWhole!;
    }

    private static Task<Outcome> LearnAsync(string folder, int rows) => MoeInProcess.RunAsync(
        "evaluate", "led", "--rows", $"{rows}", "--json", "--data-dir", folder);
}
