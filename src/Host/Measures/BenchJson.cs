using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MoE.Host.Terminal;

namespace MoE.Host.Measures;

/// <summary>The results of the benchmark or the self-test as one line of JSON.</summary>
internal static class BenchJson
{
    private static readonly MeasuresJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // what differs without bounds is said, too
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    });

    /// <summary>The line of a bench, without its end.</summary>
    public static string Write(ComputeBenchResult result) => TextJson.Line(new Bench(
        result.Hardware, [.. result.Ceilings.Select(Of)], [.. result.Kinds.Select(Of)], [.. result.Pools.Select(Of)],
        [.. result.Devices.Select(Of)]), Json.Bench);

    /// <summary>The line of a self-test, without its end.</summary>
    public static string Write(IReadOnlyList<SelftestResult> results) => TextJson.Line(new Selftest(
        results.All(result => result.Finding.Holds),
        [.. results.Select(result => new Kernel(result.Device, result.Finding.Specification, result.Finding.Rows,
            result.Finding.Difference, result.Finding.FrozenDifference, result.Finding.ImageDifference,
            result.Finding.Replays, result.Finding.KeepsImages, result.Finding.Problem,
            result.Finding.Holds))]), Json.Selftest);

    private static Most Of(RooflineCeilings most) => new(
        most.Where, Round(most.Operations / 1e9), Round(most.Roots / 1e9),
        Round(most.Steps / 1e9),
        [.. most.Copies.Select(c => new Copied(c.Bytes < double.MaxValue ? c.Bytes : null, Round(c.PerSecond / 1e9)))],
        [.. most.Lines.Select(l => new Touched(l.Bytes, Round(l.PerSecond / 1e9)))]);

    private static Speed Of(Throughput speed) => new(
        speed.Where, speed.Specification, speed.Experts, speed.TopK, speed.Batch, Round(speed.RowsPerSecond),
        Round(speed.ExpertRowsPerSecond), Round(speed.OneByOne), Round(speed.Operations / 1e9), speed.Cost.Operations,
        speed.Cost.Bytes, speed.Cost.State, speed.Bound.Name, Round(speed.Share));

    private static Device Of(DeviceSpeed device) => new(
        device.Name, device.Description, Round(1e6 * device.LaunchSeconds), Round(1e6 * device.QueuedSeconds),
        [.. device.Transfers.Select(t => new Transfer(
            t.Bytes, Round(1e6 * t.UploadSeconds), Round(1e6 * t.DownloadSeconds)))]);

    private static double Round(double value) => Math.Round(value, 4);

    private static double? Round(double? value) => value is { } number ? Round(number) : null;

    internal sealed record Bench(
        string Hardware, IReadOnlyList<Most> Ceilings, IReadOnlyList<Speed> Kinds, IReadOnlyList<Speed> Pools,
        IReadOnlyList<Device> Devices);

    internal sealed record Most(
        string Where, double GigaFlops, double RootsPerNanosecond, double StepsPerNanosecond,
        IReadOnlyList<Copied> Copies, IReadOnlyList<Touched> Lines);

    internal sealed record Copied(double? Bytes, double GigabytesPerSecond);

    internal sealed record Touched(double Bytes, double LinesPerNanosecond);

    internal sealed record Speed(
        string Where, string Specification, int Experts, int TopK, int Batch, double RowsPerSecond,
        double ExpertRowsPerSecond, double? RowsPerSecondOneByOne, double? GigaFlops, double? OperationsPerRow,
        double? BytesPerRow, double? StateBytes, string? BoundBy, double? Share);

    internal sealed record Device(
        string Name, string Description, double LaunchMicroseconds, double QueuedMicroseconds,
        IReadOnlyList<Transfer> Transfers);

    internal sealed record Transfer(int Bytes, double UploadMicroseconds, double DownloadMicroseconds);

    internal sealed record Selftest(bool Holds, IReadOnlyList<Kernel> Kernels);

    internal sealed record Kernel(
        string Device, string Specification, int Rows, double Difference, double FrozenDifference,
        double ImageDifference, bool Replays, bool KeepsImages, string? Problem, bool Holds);
}

/// <summary>Code of the serializer, made when this is built, so that nothing is reflected on at start.</summary>
[JsonSerializable(typeof(BenchJson.Bench))]
[JsonSerializable(typeof(BenchJson.Selftest))]
internal sealed partial class MeasuresJson : JsonSerializerContext;
