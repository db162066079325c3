using System.CommandLine;
using System.Globalization;

namespace MoE.Host.Commands;

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
