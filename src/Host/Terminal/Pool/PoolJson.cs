using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MoE.Actors.Inspection;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

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

/// <summary>A row of the list of experts of a stored model.</summary>
/// <param name="Number">Its number in the list, from 1.</param>
/// <param name="Member">The expert.</param>
/// <param name="Mode">Its mode, or that it is out of the pool.</param>
/// <param name="Parent">Id of the expert that it is a copy of; null for none.</param>
/// <param name="Score">Its scores at the newest intact checkpoint; null without one.</param>
/// <param name="Bytes">Size of its newest image in bytes.</param>
internal sealed record ExpertRow(
    int Number, Member Member, string Mode, string? Parent, ExpertScore? Score, long Bytes)
{
    /// <summary>The experts of a model, in the order of the roster.</summary>
    public static IReadOnlyList<ExpertRow> Of(ModelDescription model) =>
    [
        .. model.Roster.Select((expert, place) => new ExpertRow(
            place + 1, expert.Member, expert.Dropped is null ? expert.Member.Mode.Name() : "out",
            model.Roster.FirstOrDefault(other => other.Member.Key == expert.Member.Parent)?.Spec.Id,
            model.ExpertScores.FirstOrDefault(score => score.Id == expert.Spec.Id), expert.Bytes)),
    ];

    /// <summary>The experts as a table.</summary>
    public static TextTable Table(IEnumerable<ExpertRow> experts)
    {
        var table = new TextTable(
            "no>", "expert", "role", "mode", "since>", "copy of", "accuracy>", "share>", "weight>", "bytes>",
            "definition");
        foreach (var (number, member, mode, parent, score, bytes) in experts)
            table.Add(Grouped(number), member.Spec.Id, member.Spec.Role.Name(), mode, Grouped(member.Since),
                parent ?? "-", Percent(score?.Accuracy), Percent(score?.Share), Percent(score?.WeightShare),
                Grouped(bytes), member.Spec.Text);
        return table;
    }

    private static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? value) =>
        value is { } percent ? string.Create(CultureInfo.InvariantCulture, $"{percent:F2} %") : "-";
}
