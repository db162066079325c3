using System.CommandLine;
using MoE.Actors.Configuration;
using MoE.Compute;
using MoE.Compute.Data.Generators;
using MoE.Host.PredictionFiles;

namespace MoE.Host.Commands.Predict;

/// <summary>The verb <c>predict</c>.</summary>
internal static class PredictCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new PredictOptions();
        var verb = new Verb("predict",
            "Predicts every row of a file or a stream with a stored model, and learns nothing.",
            "moe predict sea --rows 1000 --seed 2 --data-dir my-model --top 2 --output predictions.csv")
        {
            Needs = "a source: a file, - for standard input, or a generator",
            Takes = "one source",
        };
        verb.Add(options.Source, options.All);
        verb.SetAction((line, _) => new PredictRun(options.Read(line), Console.Error).RunAsync());
        return verb;
    }
}

/// <summary>The argument and the options of <c>moe predict</c>.</summary>
internal sealed class PredictOptions
{
    public Argument<string> Source { get; } = new("SOURCE")
    {
        Description = "A CSV file with a header (also .gz), - for standard input, or a generator: "
            + $"{string.Join(", ", Generators.Names)}. Columns are matched by name; the label may be missing.",
    };

    public Option<string> Model { get; } = TextOption.Of("--model", "FILE",
        "Model file, as written by 'moe export', instead of --data-dir.");

    public Option<string> Top { get; } = TextOption.Of("--top", "N",
        "Most probable classes per row, each with its probability. Default: 1.");

    public Option<string> Output { get; } = TextOption.Of("--output", "FILE",
        "Where to write the predictions. Default: standard output.");

    public Option<string> Format { get; } = TextOption.Of("--format", "csv|ndjson",
        "Format. Default: by the extension of the output (.ndjson, .jsonl), else csv.");

    public Option<string> Rows { get; } = TextOption.Of("--rows", "N",
        "Stops after N rows. Default: all; a generator never ends.");

    public Option<string> Seed { get; } = TextOption.Of("--seed", "N",
        "Seed of a generator. Default: 1.");

    public SettingsOptions Settings { get; } = new("Folder of the model, as of its last acknowledged row.");

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All =>
        [Settings.DataDirectory, Model, Top, Output, Format, Rows, Seed, Settings.Config, Settings.Set];

    /// <summary>A request of a command line.</summary>
    /// <exception cref="InvalidOptionsException">An option or a setting is wrong.</exception>
    public PredictRequest Read(ParseResult line)
    {
        List<string> problems = [];
        var settings = Settings.Read(
            line, Environment.GetEnvironmentVariables(), SettingsOptions.Layer(line, Seed, "moe.seed"), problems);
        var (model, output, format) = (line.GetValue(Model), line.GetValue(Output), line.GetValue(Format));
        if (problems.Count == 0 && model is null && !settings.Durability.IsDurable)
            problems.Add("predict needs a model; give --data-dir DIR or --model FILE, "
                + "or moe.postgres.connection in the settings.");
        if (model is not null && line.GetValue(Settings.DataDirectory) is not null)
            problems.Add("--model and --data-dir both name a model; leave out one of the two.");
        if (format is not null && PredictionFormats.Named(format) is null)
            problems.Add($"--format is '{format}'; it must be csv or ndjson.");
        var request = new PredictRequest
        {
            Source = line.GetRequiredValue(Source),
            Settings = settings,
            Model = model,
            Rows = NumberOptions.Read(line, Rows, problems),
            Top = (int)(NumberOptions.Read(line, Top, problems, most: MixtureOptions.MostClasses) ?? 1),
            Output = output,
            Format = format is null ? PredictionFormats.OfPath(output)
                : PredictionFormats.Named(format) ?? PredictionFormat.Csv,
        };
        return problems.Count == 0 ? request : throw new InvalidOptionsException(problems);
    }
}

/// <summary>A checked command line of <c>moe predict</c>.</summary>
internal sealed record PredictRequest
{
    /// <summary>A path, "-" or the name of a generator.</summary>
    public required string Source { get; init; }

    /// <summary>Where the model is stored, and how many bad rows are borne.</summary>
    public required MoeSettings Settings { get; init; }

    /// <summary>The model file; null for the store.</summary>
    public string? Model { get; init; }

    /// <summary>Rows after which to end; null for all.</summary>
    public long? Rows { get; init; }

    /// <summary>Classes per row.</summary>
    public int Top { get; init; } = 1;

    /// <summary>Where to write to; null for standard output.</summary>
    public string? Output { get; init; }

    /// <summary>What to write.</summary>
    public PredictionFormat Format { get; init; }
}
