using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MoE.Actors.Devices;
using MoE.Actors.Devices.Trials;
using MoE.Compute.Gpu.Devices;

namespace MoE.Host.Terminal.Devices;

/// <summary>What the experts can be computed on, as one line of JSON.</summary>
internal static class SurveyJson
{
    private static readonly SurveyContext Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The line, without its end.</summary>
    public static string Write(string setting, DeviceSurvey survey) => TextJson.Line(
        new Survey(
            [.. survey.Search.Devices.Select(Of)], survey.Search.Missing, survey.Kinds, setting,
            survey.Placement.Device, survey.Placement.Kinds, Of(survey.Tried)),
        Json.Survey);

    private static Device Of(FoundDevice device) =>
        new(device.Name, device.Description, device.Memory, device.Driver, device.IsGpu);

    private static Trial? Of(TriedDevice? tried) => tried is null ? null : new(
        tried.Status.Device, tried.Status.Kernels, tried.Status.Refusals,
        Math.Round(tried.Status.Compiling.TotalMilliseconds, 1), [.. tried.Timings.Select(Of)]);

    private static Timing Of(KindTiming timing) => new(
        timing.Text, timing.Experts, Math.Round(timing.Compiling.TotalMilliseconds, 1),
        Math.Round(timing.Cpu.TotalMicroseconds, 1), Math.Round(timing.Device.TotalMicroseconds, 1),
        timing.IsForDevice);

    internal sealed record Survey(
        IReadOnlyList<Device> Devices, IReadOnlyList<string> Missing, IReadOnlyList<string> Kernels, string Setting,
        string Chosen, IReadOnlyList<string> Computes, Trial? Trial);

    internal sealed record Device(string Name, string Description, long Memory, string Driver, bool IsGpu);

    internal sealed record Trial(
        string Device, int Kernels, IReadOnlyList<string> Refusals, double CompiledMs,
        IReadOnlyList<Timing> Specifications);

    internal sealed record Timing(
        string Definition, int Experts, double CompiledMs, double CpuMicroseconds, double DeviceMicroseconds,
        bool IsForDevice);
}

/// <summary>Code of the serializer, made when this is built, so that nothing is reflected on at start.</summary>
[JsonSerializable(typeof(SurveyJson.Survey))]
internal sealed partial class SurveyContext : JsonSerializerContext;
