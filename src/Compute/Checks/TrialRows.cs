using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using MoE.Compute.Numerics;

namespace MoE.Compute.Checks;

/// <summary>Made-up rows in the shape of a model's, encoded: the same on every machine.</summary>
public static class TrialRows
{
    private const int Names = 8;
    private const int Classes = 8;
    private const ulong Seed = 20;

    /// <summary>Batches of a model's columns, one after the other.</summary>
    public static IReadOnlyList<TrainingBatch> Batches(Schema schema, MixtureOptions options, int count)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        var gate = new Gate(schema, options with { Window = count, Growth = GrowthOptions.Off });
        return [.. Enumerable.Range(0, count).Select(number => gate.Encode(Rows(schema, options, number)).Training)];
    }

    private static RowBatch Rows(Schema schema, MixtureOptions options, int number)
    {
        var classes = Math.Min(Classes, options.MaxClasses);
        var terms = Enumerable.Range(0, classes).Select(c => new Term(Term.Class, $"{c}"))
            .Concat(from column in Enumerable.Range(0, schema.Features.Count)
                    where schema.Features[column].Kind == ColumnKind.Categorical
                    from name in Enumerable.Range(0, Names)
                    select new Term(column, $"{name}"));
        var first = number * options.Batch;
        return new RowBatch
        {
            Values = [.. from row in Enumerable.Range(first, options.Batch)
                         from column in Enumerable.Range(0, schema.Features.Count)
                         let x = CounterRandom.Uniform(Seed, (ulong)row, (ulong)column)
                         select schema.Features[column].Kind == ColumnKind.Numeric ? x : (int)(x * Names)],
            Targets = [.. Enumerable.Range(first, options.Batch).Select(row => row % classes)],
            NewTerms = number == 0 ? [.. terms] : [],
            NextOffset = first + options.Batch,
        };
    }
}
