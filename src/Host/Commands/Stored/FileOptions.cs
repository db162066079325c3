using System.CommandLine;
using MoE.Actors;
using MoE.Compute;

namespace MoE.Host.Commands.Stored;

/// <summary>What can be said behind <c>moe export</c> and <c>moe import</c>.</summary>
internal sealed class FileOptions(string file, string dataDirectory)
{
    private readonly SettingsOptions _settings = new(dataDirectory);

    public Argument<string> File { get; } = new("FILE") { Description = file };

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All => [_settings.DataDirectory, _settings.Config, _settings.Set];

    /// <summary>Gives these options to a verb, and what it does with the file and the store.</summary>
    public Verb Complete(Verb verb, Func<string, DurabilityOptions, CancellationToken, Task<int>> run)
    {
        verb.Add(File, All);
        verb.SetAction((line, cancel) => run(line.GetRequiredValue(File), Durability(line), cancel));
        return verb;
    }

    /// <summary>The store that the line, or the settings, name.</summary>
    /// <exception cref="InvalidOptionsException">A setting is wrong, or no store is named.</exception>
    public DurabilityOptions Durability(ParseResult line)
    {
        List<string> problems = [];
        var durability = _settings.Read(line, Environment.GetEnvironmentVariables(), [], problems).Durability;
        if (!durability.IsDurable && problems.Count == 0)
            problems.Add($"{line.CommandResult.Command.Name} needs a store; "
                + "give --data-dir DIR, or moe.postgres.connection in the settings.");
        return problems.Count == 0 ? durability : throw new InvalidOptionsException(problems);
    }
}
