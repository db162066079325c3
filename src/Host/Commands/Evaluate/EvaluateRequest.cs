using System.Collections;
using System.CommandLine;
using MoE.Actors.Configuration;
using MoE.Compute;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Rosters.Scripts;
using MoE.Host.Plots;

namespace MoE.Host.Commands.Evaluate;

/// <summary>A checked command line of <c>moe evaluate</c>.</summary>
internal sealed record EvaluateRequest
{
    /// <summary>A path, "-" or the name of a generator.</summary>
    public required string Source { get; init; }

    /// <summary>Everything that can also stand in a file.</summary>
    public required MoeSettings Settings { get; init; }

    /// <summary>Column to predict; null for the last one.</summary>
    public string? Target { get; init; }

    /// <summary>Columns of names.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>File that declares the columns.</summary>
    public string? Schema { get; init; }

    /// <summary>Name of the source; null to identify it by its content.</summary>
    public string? SourceName { get; init; }

    /// <summary>Rows of that source before the first one given; null if not given.</summary>
    public long? Offset { get; init; }

    /// <summary>Good rows after which to end; null for all.</summary>
    public long? Rows { get; init; }

    /// <summary>Rows from one line of progress to the next; null for doubling.</summary>
    public long? Every { get; init; }

    /// <summary>Changes of the pool at given rows; null for none.</summary>
    public Script? Script { get; init; }

    /// <summary>File to draw the run into; null for none.</summary>
    public string? Plot { get; init; }

    /// <summary>File for what was predicted of each row; null for none.</summary>
    public string? Predictions { get; init; }

    /// <summary>Classes per row of that.</summary>
    public int Top { get; init; } = 1;

    /// <summary>Whether the result is one line of JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether to compute in one thread, without actors.</summary>
    public bool Single { get; init; }
}

/// <summary>Reads a request from a command line, or reports everything that is wrong with it.</summary>
internal sealed class RequestReader(EvaluateOptions options, ParseResult line, IDictionary environment)
{
    private readonly List<string> _problems = [];

    /// <exception cref="InvalidOptionsException">An option or a setting is wrong.</exception>
    public EvaluateRequest Read()
    {
        var mode = line.GetValue(options.Mode) ?? "actors";
        if (mode is not ("actors" or "single"))
            _problems.Add($"--mode is '{mode}'; it must be actors or single.");
        var settings = options.Settings.Read(line, environment, Own(), _problems);
        if (!settings.Durability.MayHoldModel)
            _problems.AddRange(settings.Mixture.ProblemsOfNew());
        if (mode == "single" && settings.Durability.DataDirectory is { } folder)
            _problems.Add(
                $"--mode single stores nothing, but the data directory is '{folder}'; leave out one of the two.");
        if (mode == "single" && settings.Durability.PostgresConnection is not null)
            _problems.Add(
                "--mode single stores nothing, but moe.postgres.connection is given; leave out one of the two.");
        if (mode == "single" && settings.Compute.Device is not (ComputeOptions.Auto or ComputeOptions.Cpu))
            _problems.Add($"--mode single computes on the CPU, but moe.compute.device is '{settings.Compute.Device}'; "
                + "leave out one of the two.");
        var request = new EvaluateRequest
        {
            Source = line.GetRequiredValue(options.Source),
            Settings = settings,
            Target = line.GetValue(options.Target),
            Categorical = line.GetValue(options.Categorical)?
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            Schema = line.GetValue(options.Schema),
            SourceName = line.GetValue(options.SourceName),
            Offset = Count(options.Offset, least: 0),
            Rows = Count(options.Rows),
            Every = Count(options.Every),
            Script = Script(),
            Plot = line.GetValue(options.Plot),
            Predictions = line.GetValue(options.Predictions),
            Top = (int)(NumberOptions.Read(line, options.Top, _problems, most: MixtureOptions.MostClasses) ?? 1),
            Json = line.GetValue(options.Json),
            Single = mode == "single",
        };
        if (request is { Offset: not null, SourceName: null })
            _problems.Add("--offset needs a named source; give --source NAME too.");
        if (request.Predictions is null && line.GetValue(options.Top) is not null)
            _problems.Add("--top is the number of classes that --predictions writes; give --predictions FILE too.");
        if (request.SourceName?.Trim().Length == 0)
            _problems.Add("--source is empty; give a name.");
        if (request.Plot is { } plot && PlotFile.Problem(plot) is { } problem)
            _problems.Add(problem);
        return _problems.Count == 0 ? request : throw new InvalidOptionsException(_problems);
    }

    private IEnumerable<SettingsLayer> Own() =>
    [
        .. SettingsOptions.Layer(line, options.Batch, "moe.batch"),
        .. SettingsOptions.Layer(line, options.Window, "moe.window"),
        .. SettingsOptions.Layer(line, options.Seed, "moe.seed"),
        .. MaxRefused(),
    ];

    private IEnumerable<SettingsLayer> MaxRefused()
    {
        if (line.GetValue(options.MaxRefused) is not { } text)
            return [];
        string[] settings = text.All(char.IsAsciiDigit)
            ? ["moe.max-refused.share=0", $"moe.max-refused.least={text}"]
            : [$"moe.max-refused.share={text}"];
        return [SettingsLayer.FromAssignments(options.MaxRefused.Name, settings)];
    }

    private Script? Script()
    {
        if (line.GetValue(options.Script) is not { } path)
            return null;
        if (line.GetValue(options.Offset) is not null)
            _problems.Add("--script counts rows from the start of the source, which --offset skips; "
                + "leave out one of the two.");
        try
        {
            return Compute.Rosters.Scripts.Script.Read(path);
        }
        catch (InvalidOptionsException e)
        {
            _problems.AddRange(e.Problems);
            return null;
        }
    }

    private long? Count(Option<string> option, long least = 1) => NumberOptions.Read(line, option, _problems, least);
}
