using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MoE.Compute;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Terminal;

/// <summary>The result as one line of JSON: the last line of standard output under <c>--json</c>.</summary>
internal static class JsonSummary
{
    private const int PercentDigits = 4;
    private const int LossDigits = 6;

    private static readonly SummaryJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The line, without its end.</summary>
    public static string Write(RunResult result)
    {
        var scores = result.Scores;
        return TextJson.Line(new Summary(
            result.Source, scores.Rows, scores.Refused, result.Duplicates, scores.Classes, Percent(scores.Accuracy),
            Percent(scores.Kappa), Percent(scores.KappaTemporal), Round(scores.LogLoss, LossDigits),
            Round(result.Elapsed.TotalSeconds, 3), result.HasSpeed ? Round(result.RowsPerSecond, 1) : null,
            result.Load is { } load ? new Load(Percent(load.Entropy), load.Dead) : null, result.Fingerprint,
            [.. result.Experts.Select(Of)], [.. result.Changes.Select(Of)],
            [.. result.Drifts.Select(drift => new Drift(drift.Row, drift.Text))]), Json.Summary);
    }

    private static Expert Of(ExpertResult expert) => new(
        expert.Spec.Id, expert.Spec.Kind, expert.Spec.Role.Name(), expert.Member.Mode.Name(),
        Percent(expert.Score.Accuracy), Percent(expert.Score.Share), Percent(expert.Score.WeightShare), expert.Device);

    private static Change Of(PlacedChange placed)
    {
        var (change, spec) = (placed.Change, placed.Change.Member.Spec);
        return new(placed.Row, change.From, change.Action.Name(), spec.Id, spec.Role.Name(), spec.Text,
            change.Member.Mode.Name(), placed.Parent, change.Reason);
    }

    private static double? Percent(double value) => Round(value, PercentDigits);

    // JSON has no NaN: what has no value yet is null.
    private static double? Round(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : null;

    internal sealed record Summary(
        string Source, long Rows, long Refused, long Duplicates, int Classes, double? Accuracy, double? Kappa,
        double? KappaTemporal, double? LogLoss, double? Seconds, double? RowsPerSecond, Load? Load,
        string Fingerprint, IReadOnlyList<Expert> Experts, IReadOnlyList<Change> Changes,
        IReadOnlyList<Drift> Drifts);

    internal sealed record Drift(long Row, string Text);

    internal sealed record Load(double? Entropy, int Dead);

    internal sealed record Expert(
        string Id, string Kind, string Role, string Mode, double? Accuracy, double? Share, double? Weight,
        string Device);

    internal sealed record Change(
        long Row, long Batch, string Action, string Id, string Role, string Definition, string Mode, string? CopyOf,
        string Reason);
}

/// <summary>Code of the serializer, made when this is built, so that nothing is reflected on at start.</summary>
[JsonSerializable(typeof(JsonSummary.Summary))]
internal sealed partial class SummaryJson : JsonSerializerContext;

/// <summary>JSON as moe prints it.</summary>
internal static class TextJson
{
    /// <summary>A value on one line, with escapes for what a terminal would obey.</summary>
    public static string Line<T>(T value, JsonTypeInfo<T> type) =>
        PlainText.Json(JsonSerializer.Serialize(value, type));
}
