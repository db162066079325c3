using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Terminal.Inspection;

/// <summary>A stored model as one line of JSON.</summary>
internal static class ModelJson
{
    private static readonly DescriptionJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The line, without its end.</summary>
    public static string Write(ModelDescription model, Verification? verification) => TextJson.Line(
        new Model(
            model.Name, model.Format, model.Rows, model.Refused, model.Schema.Target.Name, model.Classes,
            [.. model.Schema.Features.Select(f => new Feature(f.Name, f.Kind == ColumnKind.Numeric ? "num" : "cat"))],
            Of(model.Options), model.Epoch,
            [.. model.Devices.Select(Of)], model.Log, model.Batch, Rounded(model.Scores?.Accuracy), model.Fingerprint,
            [.. model.Sources.Select(s => new Source($"{s.Id.Kind}".ToLowerInvariant(), s.Id.Name, s.Offset, s.Rows))],
            [.. model.Checkpoints.Select(Of)],
            [.. model.Roster.Select(Of)],
            model.Images, model.Damages.Count == 0, model.Damages, Of(verification)),
        Json.Model);

    private static double? Rounded(double? percent) => percent is { } value ? Math.Round(value, 4) : null;

    private static Settings Of(MixtureOptions options) => new(
        options.Batch, options.Window, options.Seed, options.MaxClasses, options.Router.TopK, options.Router.BiasRate,
        options.Router.Rate, $"{options.Router.Kind}".ToLowerInvariant(), options.Router.Auxiliary,
        options.Router.Capacity, [.. options.Pool.Select(spec => new Founder(spec.Id, spec.Role.Name(), spec.Text))]);

    private static Device Of(DeviceDescription device) => new(
        device.From, device.Placement.Device, device.Placement.Description, device.Placement.Kinds);

    private static Checkpoint Of(CheckpointDescription checkpoint) => new(
        checkpoint.Batch, checkpoint.GateBytes, checkpoint.ExpertBytes, checkpoint.Damages.Count == 0);

    private static Expert Of(ExpertDescription expert) => new(
        expert.Spec.Id, expert.Spec.Kind, expert.Spec.Role.Name(), expert.Member.Mode.Name(),
        expert.Spec.Text, expert.Since, expert.Image, expert.Bytes, expert.Dropped?.From, expert.Dropped?.Reason);

    private static Verified? Of(Verification? v) => v is null ? null : new(
        v.Holds, v.From, v.Left, v.Devices, v.Checkpoint, v.Fingerprint, v.Differences, v.Problem, v.LastBatch,
        v.LastFingerprint);

    internal sealed record Model(
        string Name, int Format, long Rows, long Refused, string Target, IReadOnlyList<string> Classes,
        IReadOnlyList<Feature> Features, Settings Settings, long? Epoch, IReadOnlyList<Device> Devices,
        LogDescription? Log, long? Batch, double? Accuracy,
        string? Fingerprint, IReadOnlyList<Source> Sources, IReadOnlyList<Checkpoint> Checkpoints,
        IReadOnlyList<Expert> Experts, int Images, bool Whole, IReadOnlyList<string> Damages, Verified? Verification);

    internal sealed record Feature(string Name, string Type);

    internal sealed record Settings(
        int Batch, int Window, long Seed, int MaxClasses, int TopK, float BiasRate, float RouterRate, string RouterKind,
        float Auxiliary, float Capacity, IReadOnlyList<Founder> Pool);

    internal sealed record Founder(string Id, string Role, string Definition);

    internal sealed record Device(long From, string Name, string Description, IReadOnlyList<string> Kinds);

    internal sealed record Source(string Kind, string Name, long Read, long Learned);

    internal sealed record Checkpoint(long Batch, long GateBytes, long ExpertBytes, bool Whole);

    internal sealed record Expert(
        string Id, string Kind, string Role, string Mode, string Definition, long Since, long Image, long Bytes,
        long? DroppedFrom, string? DroppedReason);

    internal sealed record Verified(
        bool Holds, string? From, string? Left, IReadOnlyList<string> Devices, long? Checkpoint, string? Fingerprint,
        IReadOnlyList<string> Differences,
        string? Problem, long LastBatch, string? LastFingerprint);
}

/// <summary>Code of the serializer, made when this is built, so that nothing is reflected on at start.</summary>
[JsonSerializable(typeof(ModelJson.Model))]
internal sealed partial class DescriptionJson : JsonSerializerContext;
