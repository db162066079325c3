using System.CommandLine;
using MoE.Compute.Experts;
using MoE.Host.Terminal;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Commands.Experts;

/// <summary>The verb <c>experts kinds</c>.</summary>
internal static class KindsCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var json = new Option<bool>("--json") { Description = "Prints the list as one line of JSON." };
        var verb = new Verb("kinds", "Lists the kinds of expert with their options and defaults.", "moe experts kinds")
        {
            Needs = "nothing",
            Takes = "only options",
        };
        verb.Add([json]);
        verb.SetAction(line =>
        {
            foreach (var text in line.GetValue(json) ? [PoolJson.Write(ExpertKinds.All)] : Table().Lines())
                Console.Out.WriteLine(text);
            return ExitCode.Done;
        });
        return verb;
    }

    private static TextTable Table()
    {
        var table = new TextTable("kind", "option", "default>", "allowed");
        foreach (var kind in ExpertKinds.All)
            foreach (var option in kind.Options)
                table.Add(kind.Name, option.Name, option.Default, option.Allowed);
        return table;
    }
}
