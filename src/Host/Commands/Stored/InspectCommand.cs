using System.CommandLine;
using MoE.Actors.Configuration;
using MoE.Compute;

namespace MoE.Host.Commands.Stored;

/// <summary>The verb <c>inspect</c>.</summary>
internal static class InspectCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var path = new Argument<string?>("PATH")
        {
            Description = "Data directory or model file. Default: the store that the settings name.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var settings = new SettingsOptions("Data directory, if PATH is not given.");
        var verify = new VerifyOptions();
        var json = new Option<bool>("--json") { Description = "Prints everything as one line of JSON." };
        var verb = new Verb("inspect",
            "Shows what a stored model is and how far it has learned, and checks it for damage.",
            "moe inspect my-model --verify")
        {
            Needs = "a data directory or a model file",
            Takes = "one path",
        };
        verb.Add(path!, [verify.Verify, verify.Device, json, settings.DataDirectory, settings.Config, settings.Set]);
        verb.SetAction((line, cancel) => new InspectRun(
            Request(line, path, settings, verify, line.GetValue(json)), Console.Out).RunAsync(cancel));
        return verb;
    }

    private static InspectRequest Request(
        ParseResult line, Argument<string?> argument, SettingsOptions settings, VerifyOptions options, bool json)
    {
        List<string> problems = [];
        var path = line.GetValue(argument);
        var isFile = path is not null && File.Exists(path);
        var verify = options.Read(line, isFile ? path : null, problems);
        SettingsLayer[] own = path is null || isFile ? []
            : [SettingsLayer.FromAssignments("PATH", [$"moe.data-dir={path}"])];
        var durability = settings.Read(line, Environment.GetEnvironmentVariables(), own, problems).Durability;
        if (path is null && !durability.IsDurable && problems.Count == 0)
            problems.Add("inspect needs a data directory or a model file, "
                + "or a PostgreSQL database in the settings; see 'moe inspect --help'.");
        return problems.Count == 0
            ? new InspectRequest(isFile ? path : null, durability, verify, json)
            : throw new InvalidOptionsException(problems);
    }
}
