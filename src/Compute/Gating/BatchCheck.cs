using System.Globalization;
using MoE.Compute.Data;

namespace MoE.Compute.Gating;

/// <summary>
/// The gate's own check of what it is handed: whatever the source, nothing ill-formed reaches an expert.
/// </summary>
internal static class BatchCheck
{
    /// <summary>What is wrong with the rows, in one sentence; null when nothing is.</summary>
    public static string? Problem(RowBatch rows, Schema schema, Vocabulary vocabulary, int maxClasses)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var features = schema.Features.Count;
        if (rows.Values.Length != rows.Rows * features)
            return $"The batch has {rows.Values.Length} cells; {rows.Rows} rows of {features} features were expected.";
        if (rows.NewTerms.Select(term => TermProblem(term, schema)).FirstOrDefault(p => p is not null) is { } problem)
            return problem;
        var names = rows.NewTerms.Where(t => vocabulary.IndexOf(t) < 0).Distinct()
            .GroupBy(t => t.Column).ToDictionary(g => g.Key, g => g.Count());
        var classes = vocabulary.Classes.Count + names.GetValueOrDefault(Term.Class);
        if (classes > maxClasses)
            return $"The batch brings class number {classes}; moe.max-classes allows {maxClasses}.";
        foreach (var (column, count) in names)
            if (column != Term.Class && vocabulary.Categories(column).Count + count > Vocabulary.MaxCategories)
                return $"The batch brings feature {column} to more than {Vocabulary.MaxCategories} names; "
                    + "later ones must share an index.";
        return TargetProblem(rows.Targets, vocabulary.Classes.Count, classes)
            ?? CellProblem(rows, schema, vocabulary, names);
    }

    /// <summary>Why a name cannot be met in its column, in one sentence; null when it can.</summary>
    public static string? TermProblem(Term term, Schema schema) =>
        term.Column == Term.Class ? null
        : term.Column < 0 || term.Column >= schema.Features.Count
            ? $"The batch brings a name in feature {term.Column}; 0 to {schema.Features.Count - 1} were expected."
        : schema.Features[term.Column].Kind == ColumnKind.Categorical ? null
        : $"The batch brings a name in column '{schema.Features[term.Column].Name}', which holds numbers.";

    private static string? TargetProblem(int[] targets, int known, int classes)
    {
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] < 0 || targets[row] >= classes || targets[row] > known)
                return string.Create(CultureInfo.InvariantCulture,
                    $"Row {row} of the batch has class number {targets[row]}; "
                    + $"0 to {Math.Min(known, classes - 1)} were expected.");
            known = Math.Max(known, targets[row] + 1);
        }
        return null;
    }

    private static string? CellProblem(RowBatch rows, Schema schema, Vocabulary vocabulary, Dictionary<int, int> names)
    {
        for (var j = 0; j < schema.Features.Count; j++)
        {
            var numeric = schema.Features[j].Kind == ColumnKind.Numeric;
            var count = numeric ? 0 : vocabulary.Categories(j).Count + names.GetValueOrDefault(j);
            for (var at = j; at < rows.Values.Length; at += schema.Features.Count)
            {
                var value = rows.Values[at];
                var good = numeric ? !float.IsInfinity(value) : value >= 0f && value < count
                    && value == MathF.Floor(value);
                if (!good)
                    return string.Create(CultureInfo.InvariantCulture,
                        $"Row {at / schema.Features.Count} of the batch has {value} in column "
                        + $"'{schema.Features[j].Name}'; ")
                        + (numeric
                            ? "a finite number was expected."
                            : $"a category from 0 to {count - 1} was expected.");
            }
        }
        return null;
    }
}
