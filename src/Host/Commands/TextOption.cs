using System.CommandLine;

namespace MoE.Host.Commands;

/// <summary>An option whose value is a text here: its check names all problems at once.</summary>
internal static class TextOption
{
    /// <summary>An option that may be left out.</summary>
    public static Option<string> Of(string name, string value, string help) =>
        new(name) { HelpName = value, Description = help };
}
