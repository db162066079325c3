using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MoE.Host.Commands;

/// <summary>A command with an example, which its help shows and a test runs.</summary>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    /// <summary>A command line that can be run, behind those of the verbs before it.</summary>
    public string Example { get; } = example;

    /// <summary>What the one word behind the verb is, as in "a source: a file or a generator".</summary>
    public required string Needs { get; init; }

    /// <summary>How many such words there may be, as in "one source".</summary>
    public required string Takes { get; init; }

    /// <summary>Takes a word that is no option, and options.</summary>
    public void Add(Argument<string> word, IEnumerable<Option> options)
    {
        AddAny(word);
        Add(options);
    }

    /// <summary>Takes any number of words that are no options, and options.</summary>
    public void Add(Argument<string[]> words, IEnumerable<Option> options)
    {
        words.Arity = ArgumentArity.ZeroOrMore;
        AddAny(words);
        Add(options);
    }

    /// <summary>Takes options.</summary>
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

/// <summary>Help that ends with an example: the verb's own, or the first verb's.</summary>
internal sealed class HelpExample(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Lets all help of <paramref name="root"/> end so.</summary>
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
