using System.CommandLine;
using MoE.Actors;
using MoE.Actors.Inspection;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Commands.Experts;

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
