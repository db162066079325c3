using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MoE.Host.Commands;

/// <summary>A command with an example, which its help shows and a test runs.</summary>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    /// <summary>An example that runs after the examples of the commands before it.</summary>
    public string Example { get; } = example;

    /// <summary>What the argument is, as in "a source: a file or a generator".</summary>
    public required string Needs { get; init; }

    /// <summary>What the command accepts, as in "one source".</summary>
    public required string Takes { get; init; }

    /// <summary>Adds an argument and options.</summary>
    public void Add(Argument<string> word, IEnumerable<Option> options)
    {
        AddAny(word);
        Add(options);
    }

    /// <summary>Adds an argument of any number of words, and options.</summary>
    public void Add(Argument<string[]> words, IEnumerable<Option> options)
    {
        words.Arity = ArgumentArity.ZeroOrMore;
        AddAny(words);
        Add(options);
    }

    /// <summary>Adds options.</summary>
    public void Add(IEnumerable<Option> options)
    {
        foreach (var option in options)
            Options.Add(option);
    }

    private void AddAny(Argument words)
    {
        Arguments.Add(words);
        words.Validators.Add(given =>
        {
            foreach (var token in given.Tokens.Where(token => token.Value is ['-', _, ..]))
                given.AddError(MoeCommandLine.UnknownOption(this, token.Value));
        });
    }
}

/// <summary>Help that ends with the example of the command, or of its first subcommand.</summary>
internal sealed class HelpExample(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Installs it for all commands of <paramref name="root"/>.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpExample((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var verb = command as Verb ?? command.Subcommands.OfType<Verb>().First();
        parseResult.InvocationConfiguration.Output.Write($"Example:\n  {verb.Example}\n\n");
        return code;
    }
}
