using System.CommandLine;
using MoE.Compute.Data.Generators;

namespace MoE.Host.Commands.Evaluate;

/// <summary>The verb <c>evaluate</c>.</summary>
internal static class EvaluateCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new EvaluateOptions();
        var verb = new Verb("evaluate",
            "Predicts every row of a stream, then learns it, and reports how good the predictions were.",
            "moe evaluate rbf-fast --rows 10000 --seed 1")
        {
            Needs = "a source: a file, - for standard input, or a generator",
            Takes = "one source",
        };
        verb.Add(options.Source, options.All);
        verb.SetAction((line, _) =>
        {
            var request = new RequestReader(options, line, Environment.GetEnvironmentVariables()).Read();
            return new EvaluateRun(request, Console.Out, Console.Error).RunAsync();
        });
        return verb;
    }
}

/// <summary>
/// The argument and the options of <c>moe evaluate</c>. Values are texts here, so that their checks name all problems
/// at once.
/// </summary>
internal sealed class EvaluateOptions
{
    public Argument<string> Source { get; } = new("SOURCE")
    {
        Description = "A CSV file with a header (also .gz), - for standard input, or a generator: "
            + $"{string.Join(", ", Generators.Names)}; mosaic takes options, as in mosaic:concepts=16,noise=0.1.",
    };

    public Option<string> Target { get; } = TextOption.Of("--target", "NAME",
        "Column to predict. Default: the last one.");

    public Option<string> Categorical { get; } = TextOption.Of("--categorical", "A,B",
        "Columns that hold names, even if the names look like numbers.");

    public Option<string> Schema { get; } = TextOption.Of("--schema", "FILE",
        "JSON file that declares the type of each column.");

    public Option<string> SourceName { get; } = TextOption.Of("--source", "NAME",
        "Name under which the model remembers its position in this input. "
        + "Default: the content of a file, the seed of a generator.");

    public Option<string> Offset { get; } = TextOption.Of("--offset", "N",
        "Rows of NAME already sent before this input. Default: 0.");

    public Option<string> Rows { get; } = TextOption.Of("--rows", "N",
        "Stops after N rows. Default: all; a generator never ends.");

    public Option<string> Seed { get; } = TextOption.Of("--seed", "N",
        "Seed of all random numbers. Default: 1.");

    public Option<string> Batch { get; } = TextOption.Of("--batch", "N", "Rows per batch, 1 to 4096. Default: 64.");

    public Option<string> Window { get; } = TextOption.Of("--window", "N",
        "Batches in flight at once, 1 to 256. Default: 8.");

    public Option<string> MaxRefused { get; } = TextOption.Of("--max-refused", "SHARE|N",
        "Malformed rows to skip before the run fails: a share of the rows so far (1%, 0.01) or a number. "
        + "Default: 1%, at least 10.");

    public SettingsOptions Settings { get; } = new(
        "Folder that keeps the model; the same command continues where it stopped. Default: nothing is kept.");

    public Option<string> Mode { get; } = TextOption.Of("--mode", "actors|single",
        "Computes with actors, or in one thread without them (same numbers). Default: actors.");

    public Option<string> Every { get; } = TextOption.Of("--every", "N",
        "Shows progress every N rows. Default: at 1,000 rows, 2,000, 4,000 and so on.");

    public Option<string> Script { get; } = TextOption.Of("--script", "FILE",
        "Changes the pool during the run: lines such as '25000 add --clone 3'; see 'moe experts --help'.");

    public Option<string> Plot { get; } = TextOption.Of("--plot", "FILE",
        "Plots the accuracy and the load of the routed experts over the run, as .svg or .png.");

    public Option<string> Predictions { get; } = TextOption.Of("--predictions", "FILE",
        "Writes the prediction made for each row before it was learned: CSV, or NDJSON for .ndjson and .jsonl.");

    public Option<string> Top { get; } = TextOption.Of("--top", "N",
        "Most probable classes per row of --predictions. Default: 1.");

    public Option<bool> Json { get; } = new("--json") { Description = "Prints the summary as one line of JSON." };

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        Target, Categorical, Schema, SourceName, Offset, Rows, Seed, Batch, Window, MaxRefused,
        Settings.DataDirectory, Settings.Config, Settings.Set, Mode, Every, Script, Plot, Predictions,
        Top, Json,
    ];
}
