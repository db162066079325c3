using System.Globalization;
using MoE.Actors.Inspection;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Host.Terminal.Pool;

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
