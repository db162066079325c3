using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MoE.Host.Commands;

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
