using System.CommandLine;
using MoE.Actors.Configuration;

namespace MoE.Host.Commands.Stored;

/// <summary>The argument and the options of <c>moe export</c> and <c>moe import</c>.</summary>
internal sealed class FileOptions(string file, string dataDirectory)
{
    private readonly SettingsOptions _settings = new(dataDirectory);

    public Argument<string> File { get; } = new("FILE") { Description = file };

    /// <summary>Gives these options to a verb, and what it does with the file and the store.</summary>
    public Verb Complete(Verb verb, Func<string, MoeSettings, CancellationToken, Task<int>> run)
    {
        verb.Add(File, _settings.All);
        verb.SetAction((line, cancel) => run(line.GetRequiredValue(File), _settings.WithStore(line), cancel));
        return verb;
    }
}
