using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using MoE.Host.Commands;

namespace MoE.Package.Tests.Approved;

/// <summary>Writes docs/cli.md from the commands and their options.</summary>
internal static class CommandReference
{
    private const string Head = """
        # Command line

        <!-- Made from the commands: MOE_APPROVE=1 dotnet test -c Release tests/Package.Tests --filter Approved -->

        What `moe COMMAND --help` prints, in one page. [Settings](settings.md) explains what `--config` and `--set` take,
        and [Quickstart](quickstart.md) what to do with all of it.

        Exit codes:

        | code | meaning |
        |---|---|
        | 0 | done, cleanly stopped (Ctrl-C, SIGTERM), or nothing to do |
        | 1 | the data, the model or the device cannot be used, a change was refused, or standard output cannot be written; `inspect`: something is damaged, or differs; `selftest`: something differs |
        | 2 | an option or a setting is wrong, or names a device that is not there |


        """;

    /// <summary>The whole page.</summary>
    /// <param name="moe">The program.</param>
    /// <param name="kinds">What <c>moe experts kinds</c> prints.</param>
    public static string Write(RootCommand moe, string kinds)
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        var verbs = Verbs("moe", moe).ToList();
        text.Append("| command | what it does |\n|---|---|\n");
        foreach (var (path, verb) in verbs)
            text.Append($"| [`{path}`](#{path.Replace(' ', '-')}) | {verb.Description} |\n");
        foreach (var (path, verb) in verbs)
        {
            Write(text, path, verb);
            if (verb.Name == "kinds")
                text.Append($"\n```\n{kinds.ReplaceLineEndings("\n").TrimEnd()}\n```\n");
        }
        return text.ToString();
    }

    private static IEnumerable<(string Path, Verb Verb)> Verbs(string path, Command command) =>
        command is Verb verb ? [(path, verb)]
        : command.Subcommands.SelectMany(next => Verbs($"{path} {next.Name}", next));

    private static void Write(StringBuilder text, string path, Verb verb)
    {
        text.Append($"\n## {path}\n\n{verb.Description}\n\n```sh\n{verb.Example}\n```\n\n");
        text.Append("| argument or option | meaning |\n|---|---|\n");
        foreach (var argument in verb.Arguments)
            text.Append($"| `{argument.Name}` | {Cell(argument.Description)} |\n");
        foreach (var option in verb.Options.Where(option => !option.Hidden && option is not HelpOption))
            text.Append($"| `{Cell($"{option.Name} {option.HelpName}".Trim())}` | {Cell(option.Description)} |\n");
    }

    private static string Cell(string? text) => text!.Replace("|", "\\|", StringComparison.Ordinal);
}
