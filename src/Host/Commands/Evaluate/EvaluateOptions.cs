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

    public Option<string> Target { get; } = Text("--target", "NAME", "Column to predict. Default: the last one.");

    public Option<string> Categorical { get; } = Text("--categorical", "A,B",
        "Columns whose cells are names even where they look like numbers.");

    public Option<string> Schema { get; } = Text("--schema", "FILE", "JSON file that declares what the columns hold.");

    public Option<string> SourceName { get; } = Text("--source", "NAME",
        "What the model is to know the rows by. Default: a file is known by its content, a generator by its seed.");

    public Option<string> Offset { get; } = Text("--offset", "N",
        "Rows of --source NAME before the first one given here. Default: 0, for a source the model does not know.");

    public Option<string> Rows { get; } = Text("--rows", "N",
        "Ends after N rows. Default: all; a generator has no end.");

    public Option<string> Seed { get; } = Text("--seed", "N", "Where every random number comes from. Default: 1.");

    public Option<string> Batch { get; } = Text("--batch", "N", "Rows per batch, 1 to 4096. Default: 64.");

    public Option<string> Window { get; } = Text("--window", "N", "Batches under way at once, 1 to 256. Default: 8.");

    public Option<string> MaxRefused { get; } = Text("--max-refused", "SHARE|N",
        "Bad rows to skip before the run stops: a share of the rows so far (1%, 0.01) or a number. "
        + "Default: 1%, at least 10.");

    public Option<string> DataDirectory { get; } = Text("--data-dir", "DIR",
        "Keeps the mixture there; the same command goes on where it stopped. "
        + "Default: nothing outlives the process.");

    public Option<string> Config { get; } = Text("--config", "FILE",
        "File of settings in HOCON; hocon/moe.hocon has them all.");

    public Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "One setting, such as moe.router.top-k=2. May be repeated.",
    };

    public Option<string> Mode { get; } = Text("--mode", "actors|single",
        "Who computes: actors, or one thread without them (same numbers). Default: actors.");

    public Option<string> Every { get; } = Text("--every", "N",
        "Shows progress every N rows. Default: at 1,000 rows, 2,000, 4,000 and so on.");

    public Option<bool> Json { get; } = new("--json") { Description = "Prints the result as one line of JSON." };

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        Target, Categorical, Schema, SourceName, Offset, Rows, Seed, Batch, Window, MaxRefused, DataDirectory, Config,
        Set, Mode, Every, Json,
    ];

    private static Option<string> Text(string name, string value, string help) =>
        new(name) { HelpName = value, Description = help };
}
