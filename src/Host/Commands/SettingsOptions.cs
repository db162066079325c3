using System.Collections;
using System.CommandLine;
using System.Globalization;
using MoE.Actors;
using MoE.Actors.Configuration;
using MoE.Compute;

namespace MoE.Host.Commands;

/// <summary>The options for settings, which most commands have.</summary>
/// <param name="dataDirectory">Help for the data directory.</param>
internal sealed class SettingsOptions(string dataDirectory)
{
    public Option<string> DataDirectory { get; } = TextOption.Of("--data-dir", "DIR", dataDirectory);

    public Option<string> Config { get; } = TextOption.Of("--config", "FILE",
        "HOCON file with settings; see docs/settings.md.");

    public Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Sets one setting, such as moe.router.top-k=2. May be repeated.",
    };

    /// <summary>The layer of an option that sets a setting; empty if it is not given.</summary>
    public static IEnumerable<SettingsLayer> Layer(ParseResult line, Option<string> option, string key) =>
        line.GetValue(option) is { } value ? [SettingsLayer.FromAssignments(option.Name, [$"{key}={value}"])] : [];

    /// <summary>
    /// Reads the file, the environment, the line and the data directory; later ones override earlier ones.
    /// </summary>
    /// <param name="line">The command line.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="own">Layers of the command's own options, which override the others.</param>
    /// <param name="problems">Receives problems.</param>
    public MoeSettings Read(
        ParseResult line, IDictionary environment, IEnumerable<SettingsLayer> own, List<string> problems)
    {
        if (line.GetValue(DataDirectory)?.Trim().Length == 0)
            problems.Add($"{DataDirectory.Name} is empty; give a folder.");
        try
        {
            return MoeSettings.Read(
            [
                .. ConfigFile(line, problems),
                SettingsLayer.FromEnvironment(environment),
                SettingsLayer.FromAssignments(Set.Name, line.GetValue(Set) ?? []),
                .. Layer(line, DataDirectory, "moe.data-dir"),
                .. own,
            ]);
        }
        catch (InvalidOptionsException e)
        {
            problems.AddRange(e.Problems);
            return new MoeSettings();
        }
    }

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [DataDirectory, Config, Set];

    /// <summary>The store that the line or the settings name.</summary>
    /// <exception cref="InvalidOptionsException">A setting is wrong, or no store is named.</exception>
    public DurabilityOptions Durability(ParseResult line) => WithStore(line).Durability;

    /// <summary>All settings, including a store.</summary>
    /// <exception cref="InvalidOptionsException">A setting is wrong, or no store is named.</exception>
    public MoeSettings WithStore(ParseResult line)
    {
        List<string> problems = [];
        var settings = Read(line, Environment.GetEnvironmentVariables(), [], problems);
        if (!settings.Durability.IsDurable && problems.Count == 0)
            problems.Add($"{line.CommandResult.Command.Name} needs a store; "
                + "give --data-dir DIR, or moe.postgres.connection in the settings.");
        return problems.Count == 0 ? settings : throw new InvalidOptionsException(problems);
    }

    private IEnumerable<SettingsLayer> ConfigFile(ParseResult line, List<string> problems)
    {
        if (line.GetValue(Config) is not { } path)
            return [];
        try
        {
            return [SettingsLayer.FromHocon(path, File.ReadAllText(path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"{Config.Name} {path} cannot be read: {e.Message}");
            return [];
        }
    }
}

/// <summary>Options are read as text, so that all problems with their values are reported at once.</summary>
internal static class TextOption
{
    /// <summary>An optional option.</summary>
    public static Option<string> Of(string name, string value, string help) =>
        new(name) { HelpName = value, Description = help };
}

/// <summary>Reads options whose values are whole numbers.</summary>
internal static class NumberOptions
{
    /// <summary>The number; null if the option is missing, or wrong, which is reported as a problem.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="problems">Receives problems.</param>
    /// <param name="least">The minimum.</param>
    /// <param name="most">The maximum.</param>
    public static long? Read(
        ParseResult line, Option<string> option, List<string> problems, long least = 1, long most = long.MaxValue)
    {
        if (line.GetValue(option) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
            return number;
        problems.Add($"{option.Name} is '{text}'; it must be a whole number "
            + (most == long.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"of {least} or more.")
                : string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}.")));
        return null;
    }
}
