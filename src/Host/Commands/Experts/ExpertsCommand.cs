using System.CommandLine;
using MoE.Actors;
using MoE.Actors.Inspection;
using MoE.Compute.Experts;
using MoE.Host.Terminal;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Commands.Experts;

/// <summary>The verbs of <c>moe experts</c>.</summary>
internal static class ExpertsCommand
{
    /// <summary>The commands that list and change the experts of a stored model.</summary>
    public static Command Create() => new("experts", "Lists and changes the experts of a stored model.")
    {
        ListCommand.Create(),
        ChangeCommand.Create("add", "Adds an expert to the pool: a new one, or a copy.",
            "add mlp hidden=32 --role routed"),
        ChangeCommand.Create("freeze", "Freezes an expert: it predicts, but no longer learns.", "freeze fern-10"),
        ChangeCommand.Create("thaw", "Lets a frozen expert learn again.", "thaw fern-10"),
        ChangeCommand.Create("retire", "Removes an expert from the pool.", "retire memory-4000"),
        ChangeCommand.Create("promote", "Makes a routed expert shared: it sees every row.", "promote bank-1"),
        ChangeCommand.Create("demote", "Makes a shared expert routed: it sees the rows that are routed to it.",
            "demote cross"),
        ChangeCommand.Create("rename", "Changes the id of an expert.", "rename bank-2 second"),
        KindsCommand.Create(),
    };
}

/// <summary>The verb <c>experts list</c>.</summary>
internal static class ListCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var settings = new SettingsOptions("Folder of the model.");
        var json = new Option<bool>("--json") { Description = "Prints the list as one line of JSON." };
        var verb = new Verb("list",
            "Lists the experts of a stored model with their accuracy, load and size.",
            "moe experts list --data-dir my-model")
        {
            Needs = "nothing",
            Takes = "only options",
        };
        verb.Add([json, .. settings.All]);
        verb.SetAction((line, cancel) => RunAsync(settings.Durability(line), line.GetValue(json), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(DurabilityOptions durability, bool json, CancellationToken cancel)
    {
        var model = ModelDescription.Of(await ModelStore.ReadAsync(durability, cancel));
        foreach (var damage in model.Damages)
            Console.Error.WriteLine($"moe: warning: {damage}");
        var experts = ExpertRow.Of(model);
        foreach (var line in json ? [PoolJson.Write(model, experts)] : ExpertRow.Table(experts).Lines())
            Console.Out.WriteLine(line);
        return ExitCode.Done;
    }
}

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
