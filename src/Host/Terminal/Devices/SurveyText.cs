using System.Globalization;
using MoE.Actors.Devices;
using MoE.Compute.Experts;

namespace MoE.Host.Terminal.Devices;

/// <summary>What the experts can be computed on, as text for people.</summary>
internal static class SurveyText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>The lines, without their ends.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="survey">The devices found, and the timings.</param>
    /// <param name="batch">Rows of a batch.</param>
    /// <param name="columns">What has the columns that it was tried out with.</param>
    public static IEnumerable<string> Write(string setting, DeviceSurvey survey, int batch, string columns) =>
    [
        .. Found(survey).Lines(),
        .. survey.Search.Missing,
        "",
        Kernels(survey),
        .. survey.Tried is { } tried ? Tried(tried, batch, columns) : [],
        $"moe.compute.device={setting}: {Chosen(setting, survey)}",
    ];

    private static TextTable Found(DeviceSurvey survey)
    {
        var table = new TextTable("device", "description", "memory>", "driver");
        foreach (var device in survey.Search.Devices)
            table.Add(device.Name, device.Description,
                string.Create(Culture, $"{device.Memory / (double)(1 << 30):F1} GiB"), device.Driver);
        return table;
    }

    private static string Kernels(DeviceSurvey survey)
    {
        var others = ExpertKinds.Names.Except(survey.Kinds).ToList();
        return $"kernels for {string.Join(", ", survey.Kinds)}"
            + (others.Count == 0 ? "" : $"; only the CPU computes {string.Join(", ", others)}");
    }

    private static IEnumerable<string> Tried(TriedDevice tried, int batch, string columns)
    {
        var name = tried.Status.Device;
        var table = new TextTable("experts>", "specification", "compiled>", "on the CPU>", $"on {name}>", "faster");
        foreach (var timing in tried.Timings)
            table.Add($"{timing.Experts}", timing.Text,
                string.Create(Culture, $"{timing.Compiling.TotalMilliseconds:F0} ms"), Time(timing.Cpu),
                Time(timing.Device), timing.IsForDevice ? name : "cpu");
        return
        [
            $"{tried.Status}",
            .. tried.Status.Refusals,
            "",
            $"time for a batch of {batch} rows with the columns of {columns}:",
            .. table.Lines(),
            "",
        ];
    }

    private static string Time(TimeSpan time) => string.Create(Culture, $"{time.TotalMicroseconds:N0} µs");

    private static string Chosen(string setting, DeviceSurvey survey) => survey switch
    {
        { Placement.IsCpu: false } => $"{survey.Placement} computes {string.Join(", ", survey.Placement.Kinds)}",
        { Tried: null } when setting == Compute.Gpu.Devices.ComputeOptions.Auto =>
            "the CPU computes all experts, because there is no GPU",
        _ => "the CPU computes all experts",
    };
}
