using System.Collections;
using System.CommandLine;
using System.Globalization;
using MoE.Actors.Configuration;
using MoE.Compute;

namespace MoE.Host.Commands.Evaluate;

/// <summary>Makes a request of a command line, or names everything that is wrong with it.</summary>
internal sealed class RequestReader(EvaluateOptions options, ParseResult line, IDictionary environment)
{
    private readonly List<string> _problems = [];

    /// <exception cref="InvalidOptionsException">Something was wrong with the options or the settings.</exception>
    public EvaluateRequest Read()
    {
        var mode = line.GetValue(options.Mode) ?? "actors";
        if (mode is not ("actors" or "single"))
            _problems.Add($"--mode is '{mode}'; it must be actors or single.");
        var settings = ReadSettings();
        if (mode == "single" && settings.Durability.DataDirectory is { } folder)
            _problems.Add(
                $"--mode single keeps nothing, but the data directory is '{folder}'; leave out one of the two.");
        if (mode == "single" && settings.Durability.PostgresConnection is not null)
            _problems.Add(
                "--mode single keeps nothing, but moe.postgres.connection is given; leave out one of the two.");
        var request = new EvaluateRequest
        {
            Source = line.GetRequiredValue(options.Source),
            Settings = settings,
            Target = line.GetValue(options.Target),
            Categorical = line.GetValue(options.Categorical)?
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            Schema = line.GetValue(options.Schema),
            Rows = Count(options.Rows),
            Every = Count(options.Every),
            Json = line.GetValue(options.Json),
            Single = mode == "single",
        };
        return _problems.Count == 0 ? request : throw new InvalidOptionsException(_problems);
    }

    private MoeSettings ReadSettings()
    {
        try
        {
            return MoeSettings.Read(
            [
                .. ConfigFile(),
                SettingsLayer.FromEnvironment(environment),
                SettingsLayer.FromAssignments("--set", line.GetValue(options.Set) ?? []),
                .. Own(options.Batch, "moe.batch"),
                .. Own(options.Window, "moe.window"),
                .. Own(options.Seed, "moe.seed"),
                .. Own(options.DataDirectory, "moe.data-dir"),
                .. MaxRefused(),
            ]);
        }
        catch (InvalidOptionsException e)
        {
            _problems.AddRange(e.Problems);
            return new MoeSettings();
        }
    }

    private IEnumerable<SettingsLayer> ConfigFile()
    {
        if (line.GetValue(options.Config) is not { } path)
            return [];
        try
        {
            return [SettingsLayer.FromHocon(path, File.ReadAllText(path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _problems.Add($"--config {path} cannot be read: {e.Message}");
            return [];
        }
    }

    private IEnumerable<SettingsLayer> Own(Option<string> option, string key) =>
        line.GetValue(option) is { } value ? [SettingsLayer.FromAssignments(option.Name, [$"{key}={value}"])] : [];

    private IEnumerable<SettingsLayer> MaxRefused()
    {
        if (line.GetValue(options.MaxRefused) is not { } text)
            return [];
        string[] settings = text.All(char.IsAsciiDigit)
            ? ["moe.max-refused.share=0", $"moe.max-refused.least={text}"]
            : [$"moe.max-refused.share={text}"];
        return [SettingsLayer.FromAssignments(options.MaxRefused.Name, settings)];
    }

    private long? Count(Option<string> option)
    {
        if (line.GetValue(option) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
            return count;
        _problems.Add($"{option.Name} is '{text}'; it must be a whole number of 1 or more.");
        return null;
    }
}
