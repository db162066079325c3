using System.CommandLine;
using MoE.Actors.Configuration;
using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Data.Generators;
using MoE.Compute.Gpu.Devices;
using MoE.Host.Terminal.Devices;

namespace MoE.Host.Commands.Measures;

/// <summary>The verb <c>devices</c>.</summary>
internal static class DevicesCommand
{
    /// <summary>The generator whose columns a device is tried out with.</summary>
    private const string Columns = "rbf-fast";

    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var settings = new SettingsOptions("");
        var json = new Option<bool>("--json") { Description = "Prints everything as one line of JSON." };
        var verb = new Verb("devices",
            "Lists the devices that can run experts, and measures how fast the configured one is for the pool.",
            "moe devices --set moe.compute.device=cpu")
        {
            Needs = "nothing",
            Takes = "only options",
        };
        verb.Add([json, settings.Config, settings.Set]);
        verb.SetAction(line =>
        {
            List<string> problems = [];
            var read = settings.Read(line, Environment.GetEnvironmentVariables(), [], problems);
            return problems.Count == 0 ? Run(read, line.GetValue(json)) : throw new InvalidOptionsException(problems);
        });
        return verb;
    }

    private static int Run(MoeSettings settings, bool json)
    {
        using var source = Generators.Create(Columns, new GeneratorOptions());
        var survey = DeviceSurvey.Run(settings.Compute, source.Schema, settings.Mixture);
        IEnumerable<string> lines = json
            ? [SurveyJson.Write(settings.Compute.Device, survey)]
            : SurveyText.Write(settings.Compute.Device, survey, settings.Mixture.Batch, Columns);
        foreach (var text in lines)
            Console.Out.WriteLine(PlainText.OneLine(text));
        return ExitCode.Done;
    }
}

/// <summary>The option that names the accelerator to use.</summary>
internal sealed class NamedDevices(
    string help = "Device to use, such as cuda:0, opencl:0 or ilgpu-cpu. Default: every GPU.")
{
    /// <summary>The option.</summary>
    public Option<string> Device { get; } = TextOption.Of("--device", "NAME", help);

    /// <summary>The named device; all GPUs if none is named.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="problems">Receives problems with the name.</param>
    public IReadOnlyList<FoundDevice> Read(ParseResult line, List<string> problems)
    {
        var found = DeviceSearch.Run().Devices;
        if (line.GetValue(Device) is not { } name)
            return [.. found.Where(device => device.IsGpu)];
        List<FoundDevice> named = [.. found.Where(device => device.Name == name)];
        if (named.Count == 0)
            problems.Add(
                $"{Device.Name} is '{name}'; devices found: {string.Join(", ", found.Select(d => d.Name))}.");
        return named;
    }
}
