using System.Globalization;
using System.Text.Json;
using MoE.Needs;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class PredictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_predicted_before_each_row_was_learned_has_the_summarys_accuracy()
    {
        var (said, model) = (Path.Combine(_folder.Path, "said.csv"), Path.Combine(_folder.Path, "m"));
        var random = new Random(7);
        var rows5000 = _folder.Write("rows.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 5000).Select(_ =>
            (A: random.Next(100), B: random.Next(100)) is var x && random.Next(10) == 0 ? $"{x.A},{x.B},no\n"
                : $"{x.A},{x.B},{(x.A > x.B ? "yes" : "no")}\n")));
        var run = await MoeInProcess.RunAsync(
            "evaluate", rows5000, "--rows", "3000", "--data-dir", model, "--predictions", said, "--json");
        Assert.Equal(0, run.ExitCode);
        var rows = Csv(said);
        Assert.Equal(3000, rows.Count);
        Assert.Equal(Enumerable.Range(1, 3000).Select(n => $"{n}"), rows.Select(row => row["row"]));
        var right = rows.Count(row => row["predicted"] == row["actual"]);
        Assert.Equal(Number(run, "accuracy"), 100d * right / 3000, 4);
        Assert.Equal(
            Number(run, "logLoss"), -rows.Where(row => row["predicted"].Length > 0).Sum(row => Math.Log(OfActual(row))) / 3000,
            0.05);

        var on = await MoeInProcess.RunAsync(
            "evaluate", rows5000, "--data-dir", model, "--predictions", said, "--top", "2", "--json");
        Assert.Equal(2000, Csv(said).Count);
        Assert.Equal("3001", Csv(said)[0]["row"]);
        Assert.Equal(0, on.ExitCode);
    }

    [Fact]
    public async Task A_stored_model_and_its_file_predict_alike_and_nothing_that_is_stored_changes()
    {
        var (model, file) = (Path.Combine(_folder.Path, "m"), Path.Combine(_folder.Path, "m.moe"));
        await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "2000", "--data-dir", model);
        await MoeInProcess.RunAsync("export", file, "--data-dir", model);
        var before = Files(model);
        var stored = await PredictAsync("sea", "--rows", "500", "--seed", "9", "--data-dir", model, "--top", "2");
        var alone = await PredictAsync("sea", "--rows", "500", "--seed", "9", "--model", file, "--top", "2");
        Assert.Equal(before, Files(model));
        Assert.Equal(stored.Output, alone.Output);
        Assert.StartsWith("row,predicted,probability,class_2,probability_2,batch\n1,", stored.Output, StringComparison.Ordinal);
        Assert.Equal(501, stored.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("500 rows predicted, 0 refused; model after batch 32", stored.Error, StringComparison.Ordinal);
        Assert.Contains("500 of them have a label that the model knows; ", stored.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_found_by_their_names_and_labels_and_known_names_may_be_missing()
    {
        var learned = _folder.Write("a.csv", "x,shop,y\n" + string.Concat(
            Enumerable.Range(0, 400).Select(i => $"{i % 10},s{i % 3},{(i % 10 < 5 ? "low" : "high")}\n")));
        var model = Path.Combine(_folder.Path, "m");
        await MoeInProcess.RunAsync("evaluate", learned, "--data-dir", model);
        var asked = _folder.Write("b.csv", "note,shop,x\nfirst,s1,1\n,,\nthird,new,8\nfourth,s2,no\n");
        var run = await PredictAsync(asked, "--data-dir", model, "--format", "ndjson");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1, 2, 3], lines.Select(line => line.GetProperty("row").GetInt32()));
        Assert.Equal("low", lines[0].GetProperty("predicted").GetString());
        Assert.Equal("high", lines[2].GetProperty("predicted").GetString());
        Assert.Contains("ignored, because the model does not read them: columns note", run.Error, StringComparison.Ordinal);
        Assert.Contains("line 5, column 'x': 'no' is not a number", run.Error, StringComparison.Ordinal);
        Assert.Contains("3 rows predicted, 1 refused", run.Error, StringComparison.Ordinal);
        var other = _folder.Write("c.csv", "x,y\n1,low\n");
        var refused = await MoeProcess.RunAsync("predict", other, "--data-dir", model);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("has no column 'shop', which the model reads; add what is missing", refused.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_on_a_pipe_is_answered_before_the_next_one_comes()
    {
        var model = Path.Combine(_folder.Path, "m");
        await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "500", "--data-dir", model);
        await using var talk = MoeProcess.Talk("predict", "-", "--data-dir", model);
        await talk.SayAsync("x1,x2,x3\n");
        Assert.Equal("row,predicted,probability,batch", await talk.HearAsync());
        for (var row = 1; row <= 3; row++)
        {
            await talk.SayAsync($"{row},2,3\n");
            Assert.StartsWith($"{row},", await talk.HearAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(0, await talk.EndAsync());
    }

    [UnixFact]
    public async Task Predictions_that_cannot_be_written_end_the_run_with_a_sentence()
    {
        var model = Path.Combine(_folder.Path, "m");
        await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "500", "--data-dir", model);
        var predicted = await MoeInProcess.RunAsync(
            "predict", "sea", "--rows", "200000", "--data-dir", model, "--output", "/dev/full");
        Assert.Equal(1, predicted.ExitCode);
        Assert.Contains("moe: /dev/full cannot be written: ", predicted.Error, StringComparison.Ordinal);
        var evaluated = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "20000", "--predictions", "/dev/full");
        Assert.Equal(1, evaluated.ExitCode);
        Assert.Contains("moe: /dev/full cannot be written: ", evaluated.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict needs a model; give --data-dir DIR or --model FILE", "sea")]
    [InlineData("--model and --data-dir both name a model", "sea", "--model", "a.moe", "--data-dir", "d")]
    [InlineData("--top is '0'; it must be a whole number from 1 to 1024.", "sea", "--model", "a.moe", "--top", "0")]
    [InlineData("--format is 'xml'; it must be csv or ndjson.", "sea", "--model", "a.moe", "--format", "xml")]
    public async Task Wrong_options_are_named(string problem, params string[] args)
    {
        var run = await MoeInProcess.RunAsync(["predict", .. args]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    private static async Task<Outcome> PredictAsync(params string[] args)
    {
        var run = await MoeProcess.RunAsync(["predict", .. args]);
        Assert.Equal(0, run.ExitCode);
        return run;
    }

    private static double Number(Outcome run, string name) =>
        JsonDocument.Parse(run.LastLine).RootElement.GetProperty(name).GetDouble();

    // two classes: what is not said of the one is said of the other
    private static double OfActual(Dictionary<string, string> row) =>
        double.Parse(row["probability"], CultureInfo.InvariantCulture) is var p && row["predicted"] == row["actual"] ? p
            : Math.Max(1e-7, 1 - p);

    private static List<Dictionary<string, string>> Csv(string path)
    {
        var lines = File.ReadAllLines(path);
        var names = lines[0].Split(',');
        return [.. lines[1..].Select(line => line.Split(',').Select((cell, i) => (Name: names[i], Cell: cell))
            .ToDictionary(c => c.Name, c => c.Cell))];
    }

    private static List<(string, long, DateTime)> Files(string folder) =>
        [.. new DirectoryInfo(folder).GetFiles().Where(file => file.Extension == ".db").OrderBy(file => file.Name)
            .Select(file => (file.Name, file.Length, file.LastWriteTimeUtc))];
}
