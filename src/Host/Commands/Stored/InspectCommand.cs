using System.CommandLine;
using MoE.Actors;
using MoE.Actors.Configuration;
using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.ModelFiles;
using MoE.Host.Commands.Measures;
using MoE.Host.Terminal.Inspection;

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

/// <summary>A checked command line of <c>moe inspect</c>.</summary>
/// <param name="File">The model file; null for a store.</param>
/// <param name="Durability">The store.</param>
/// <param name="Verify">How to verify the log; null to not verify it.</param>
/// <param name="Json">Whether to print one line of JSON.</param>
internal sealed record InspectRequest(string? File, DurabilityOptions Durability, VerifyRequest? Verify, bool Json);

/// <summary>How to verify a log.</summary>
/// <param name="Device">The device that replays batches that a device computed; null for the same device.</param>
internal sealed record VerifyRequest(string? Device);

/// <summary>The options for verifying a log.</summary>
internal sealed class VerifyOptions
{
    private readonly NamedDevices _named = new(
        "Device to verify the batches that a device computed, such as cuda:0. Default: the same device.");

    /// <summary>Asks for verification.</summary>
    public Option<bool> Verify { get; } = new("--verify")
    {
        Description = "Replays the log from the oldest checkpoint and compares every number with the newest one.",
    };

    /// <summary>Names the device that verifies.</summary>
    public Option<string> Device => _named.Device;

    /// <summary>The request; null if the log is not to be verified.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="file">The model file to inspect; null for a store.</param>
    /// <param name="problems">Receives problems.</param>
    public VerifyRequest? Read(ParseResult line, string? file, List<string> problems)
    {
        var (isAsked, device) = (line.GetValue(Verify), line.GetValue(Device));
        if (isAsked && file is not null)
            problems.Add($"--verify replays a log, but the model file {file} has none; leave out one of the two.");
        if (!isAsked && device is not null)
            problems.Add($"--device {device} selects the device for --verify; give --verify too.");
        if (isAsked && device is not null)
            _named.Read(line, problems);
        return isAsked ? new VerifyRequest(device) : null;
    }
}

/// <summary>One run of <c>moe inspect</c>.</summary>
internal sealed class InspectRun(InspectRequest request, TextWriter output)
{
    /// <summary>Inspects, and returns the exit code: whether everything is intact, and verified if requested.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var (picture, verification) = await LookAsync(cancel);
        IEnumerable<string> lines = request.Json
            ? [ModelJson.Write(picture, verification)]
            : ModelText.Write(picture, verification);
        foreach (var line in lines)
            output.WriteLine(line);
        return picture.Damages.Count == 0 && verification?.Holds != false ? ExitCode.Done : ExitCode.BadData;
    }

    private async Task<(ModelDescription Model, Verification? Verification)> LookAsync(CancellationToken cancel)
    {
        if (request.File is { } file)
            return (ModelDescription.Of(ModelFile.Read(file)), null);
        var stored = await ModelStore.ReadAsync(request.Durability, cancel);
        var verification = request.Verify is { } verify ? Verification.Of(stored, verify.Device) : null;
        return (ModelDescription.Of(stored), verification);
    }
}
