using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MoE.Actors.Inspection;
using MoE.Compute.Experts;

namespace MoE.Host.Terminal.Pool;

/// <summary>The pool of a stored model, and the kinds of expert, as one line of JSON each.</summary>
internal static class PoolJson
{
    private static readonly PoolContext Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The experts of a model, without the end of the line.</summary>
    public static string Write(ModelDescription model, IEnumerable<ExpertRow> experts) =>
        TextJson.Line(new Pool(model.Name, model.Batch, [.. experts.Select(Of)]), Json.Pool);

    /// <summary>The kinds, without the end of the line.</summary>
    public static string Write(IReadOnlyList<ExpertKind> kinds) =>
        TextJson.Line([.. kinds.Select(kind => new Kind(kind.Name, kind.Options))], Json.IReadOnlyListKind);

    private static Expert Of(ExpertRow row) => new(
        row.Number, row.Member.Spec.Id, row.Member.Spec.Role.Name(), row.Member.Spec.Kind, row.Member.Spec.Text,
        row.Mode, row.Member.Since, row.Parent, Rounded(row.Score?.Accuracy), Rounded(row.Score?.Share),
        Rounded(row.Score?.WeightShare), row.Bytes);

    private static double? Rounded(double? percent) => percent is { } value ? Math.Round(value, 4) : null;

    internal sealed record Kind(string Name, IReadOnlyList<KindOption> Options);

    internal sealed record Pool(string Model, long? Batch, IReadOnlyList<Expert> Experts);

    internal sealed record Expert(
        int Number, string Id, string Role, string Kind, string Definition, string Mode, long Since, string? CopyOf,
        double? Accuracy, double? Share, double? Weight, long Bytes);
}

/// <summary>Code of the serializer, made when this is built, so that nothing is reflected on at start.</summary>
[JsonSerializable(typeof(PoolJson.Pool))]
[JsonSerializable(typeof(IReadOnlyList<PoolJson.Kind>))]
internal sealed partial class PoolContext : JsonSerializerContext;
