using MoE.Actors.Gate;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Rosters;

namespace MoE.Actors.Tests;

/// <summary>Batches to test with.</summary>
internal static class Batches
{
    /// <summary>A batch without features.</summary>
    public static RoutedBatch Empty(long number, int rows, Roster roster, int[]?[]? rowsOf = null) => new(new(new()
    {
        Number = number,
        Rows = rows,
        Numeric = 0,
        Categorical = 0,
        Z = [],
        Rank = [],
        Category = [],
        GateFeatures = [],
        GateFeatureCount = 0,
    }, new(new int[rows], new([.. Enumerable.Repeat(2, rows)], 16))), new(roster, 0, []) { RowsOf = rowsOf ?? [] }, 0);

    /// <summary>The first batches of <see cref="SeededRows"/>, encoded.</summary>
    public static TrainingBatch[] Encoded(int count)
    {
        var (gate, source) = (new Compute.Gating.Gate(new SeededRows(0).Schema, Models.Options with { Window = 256 }),
            new SeededRows(int.MaxValue));
        return [.. Enumerable.Range(0, count).Select(_ => gate.Encode(source.Read(Models.Options.Batch)!).Training)];
    }

    /// <summary>Rows of one feature that end with a row of the source.</summary>
    public static RowBatch Rows(long nextOffset, int rows) =>
        new() { Values = new float[rows], Targets = new int[rows], NextOffset = nextOffset };

    /// <summary>The same as the gate accepts them from its first source, of which no row was refused.</summary>
    public static AcceptedBatch Accepted(long nextOffset, int rows) => new(0, nextOffset, Rows(nextOffset, rows));
}
