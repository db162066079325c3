using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Refusals;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.ModelFiles;

namespace MoE.Host.Commands;

/// <summary>
/// Runs a command line. Every problem with it, or with the data, becomes one line and an exit code.
/// </summary>
internal static class MoeCommandLine
{
    private const int MostProblems = 20;
    private const int LongestSentence = 2000;

    /// <summary>Runs the command that <paramref name="args"/> name, and returns its exit code.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        HelpExample.Install(root);
        var line = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (WithoutValue(line) is { Count: > 0 } empty)
            return Refuse(empty.Select(name => $"{name} needs a value each time it is given. See '{Help(line)}'."));
        if (line.Action is null or ParseErrorAction)
            return Refuse(Problems(line).Select(problem => $"{problem} See '{Help(line)}'."));
        try
        {
            // Signals are the commands' own business: an evaluation ends cleanly however long that takes.
            return await line.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (InvalidOptionsException e)
        {
            return Refuse(e.Problems);
        }
        catch (Exception e) when (IsAboutData(e))
        {
            return Fail(e);
        }
    }

    /// <summary>Whether the data caused the error, and not a bug in the program.</summary>
    public static bool IsAboutData(Exception e) => e is SourceException or TooManyRefusalsException or ModelException
        or ModelFileException or DeviceException or IOException or UnauthorizedAccessException;

    /// <summary>Prints the error in one line.</summary>
    public static int Fail(Exception e)
    {
        Console.Error.WriteLine(Sentence(e.Message));
        return ExitCode.BadData;
    }

    private static int Refuse(IEnumerable<string> problems)
    {
        var all = problems.ToList();
        foreach (var problem in all.Take(MostProblems))
            Console.Error.WriteLine(Sentence(problem));
        if (all.Count > MostProblems)
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"moe: and {all.Count - MostProblems:N0} more problems"));
        return ExitCode.BadOptions;
    }

    private static string Sentence(string text)
    {
        var line = PlainText.OneLine($"moe: {text.ReplaceLineEndings(" ")}");
        return line.Length <= LongestSentence ? line
            : $"{line[..(LongestSentence / 2)]} ... {line[^(LongestSentence / 2)..]}";
    }

    // The parser is content where an option that is given twice has a value once.
    private static List<string> WithoutValue(ParseResult line) =>
    [
        .. line.CommandResult.Children.OfType<OptionResult>()
            .Where(given => given.Option.Arity.MinimumNumberOfValues > 0
                && given.Tokens.Count > 0 && given.Tokens.Count < given.IdentifierTokenCount)
            .Select(given => given.Option.Name),
    ];

    private static IEnumerable<string> Problems(ParseResult line)
    {
        var command = line.CommandResult.Command;
        List<string> words = [.. SourceTokens(line.CommandResult), .. line.UnmatchedTokens];
        var options = words.Where(IsOption).ToList();
        if (options.Count > 0)
            return options.Select(o => UnknownOption(command, o));
        if (line.UnmatchedTokens.Count > 0)
            return line.UnmatchedTokens.Select(word => Surplus(command, word));
        return line.Errors.Select(e => e.SymbolResult switch
        {
            ArgumentResult { Tokens.Count: 0, Parent: CommandResult verb } =>
                $"{verb.Command.Name} needs {((Verb)verb.Command).Needs}.",
            CommandResult { Command: { Subcommands.Count: > 0 } group } needy =>
                $"{Path(needy)} needs a command: {string.Join(", ", group.Subcommands.Select(c => c.Name))}.",
            _ => e.Message,
        });
    }

    /// <summary>The error for an option that <paramref name="command"/> does not have.</summary>
    public static string UnknownOption(Command command, string token)
    {
        var name = token.Split('=')[0];
        var known = command.Options.Where(o => !o.Hidden).Select(o => o.Name);
        return $"Unknown option {name}.{Guess(name, known)}";
    }

    private static string Surplus(Command command, string word) => command.Subcommands.Count > 0
        ? $"Unknown command '{word}'.{Guess(word, command.Subcommands.Select(c => c.Name))}"
        : $"Unexpected argument '{word}'; {command.Name} takes {((Verb)command).Takes}.";

    private static IEnumerable<string> SourceTokens(CommandResult command) =>
        command.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);

    private static string Guess(string word, IEnumerable<string> known) =>
        NearestName.Of(word, known) is { } near ? $" Did you mean {near}?" : "";

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private static string Help(ParseResult line) => $"{Path(line.CommandResult)} --help";

    private static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "moe";
}
