using System.CommandLine;
using MoE.Compute.Data.Generators;

namespace MoE.Host.Commands.Evaluate;

/// <summary>
/// What can be said behind <c>moe evaluate</c>. Values are texts here: their checks name all problems at once.
/// </summary>
internal sealed class EvaluateOptions
{
    public Argument<string> Source { get; } = new("SOURCE")
    {
        Description = "A CSV file with a header (also .gz), - for standard input, or a generator: "
            + $"{string.Join(", ", Generators.Names)}; the mosaic takes options, as in mosaic:concepts=16,noise=0.1.",
    };

    public Option<string> Target { get; } = TextOption.Of("--target", "NAME",
        "Column to predict. Default: the last one.");

    public Option<string> Categorical { get; } = TextOption.Of("--categorical", "A,B",
        "Columns whose cells are names even where they look like numbers.");

    public Option<string> Schema { get; } = TextOption.Of("--schema", "FILE",
        "JSON file that declares what the columns hold.");

    public Option<string> SourceName { get; } = TextOption.Of("--source", "NAME",
        "What the model is to know the rows by. Default: a file is known by its content, a generator by its seed.");

    public Option<string> Offset { get; } = TextOption.Of("--offset", "N",
        "Rows of --source NAME before the first one given here. Default: 0, for a source the model does not know.");

    public Option<string> Rows { get; } = TextOption.Of("--rows", "N",
        "Ends after N rows. Default: all; a generator has no end.");

    public Option<string> Seed { get; } = TextOption.Of("--seed", "N",
        "Where every random number comes from. Default: 1.");

    public Option<string> Batch { get; } = TextOption.Of("--batch", "N", "Rows per batch, 1 to 4096. Default: 64.");

    public Option<string> Window { get; } = TextOption.Of("--window", "N",
        "Batches under way at once, 1 to 256. Default: 8.");

    public Option<string> MaxRefused { get; } = TextOption.Of("--max-refused", "SHARE|N",
        "Bad rows to skip before the run stops: a share of the rows so far (1%, 0.01) or a number. "
        + "Default: 1%, at least 10.");

    public SettingsOptions Settings { get; } = new(
        "Keeps the mixture there; the same command goes on where it stopped. Default: nothing outlives the process.");

    public Option<string> Mode { get; } = TextOption.Of("--mode", "actors|single",
        "Who computes: actors, or one thread without them (same numbers). Default: actors.");

    public Option<string> Every { get; } = TextOption.Of("--every", "N",
        "Shows progress every N rows. Default: at 1,000 rows, 2,000, 4,000 and so on.");

    public Option<string> Script { get; } = TextOption.Of("--script", "FILE",
        "Changes the pool on the way: lines such as '25000 add mlp --clone 3'; see 'moe experts --help'.");

    public Option<string> Plot { get; } = TextOption.Of("--plot", "FILE",
        "Draws accuracy and the routed experts' load over the rows of the run into this .svg or .png, at its end.");

    public Option<string> Predictions { get; } = TextOption.Of("--predictions", "FILE",
        "Writes what was predicted of each row before it was learned: CSV, or NDJSON into a .ndjson or .jsonl file.");

    public Option<string> Top { get; } = TextOption.Of("--top", "N",
        "Most probable classes per row of --predictions, each with its probability. Default: 1.");

    public Option<bool> Json { get; } = new("--json") { Description = "Prints the result as one line of JSON." };

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        Target, Categorical, Schema, SourceName, Offset, Rows, Seed, Batch, Window, MaxRefused,
        Settings.DataDirectory, Settings.Config, Settings.Set, Mode, Every, Script, Plot, Predictions,
        Top, Json,
    ];
}
