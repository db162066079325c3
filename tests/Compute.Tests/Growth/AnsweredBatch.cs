using MoE.Compute.Batches;
using MoE.Compute.Encoding;
using MoE.Compute.Rosters;

namespace MoE.Compute.Tests.Growth;

/// <summary>Batches of two classes for pools of any experts that answer what a test wants them to.</summary>
internal static class AnsweredBatch
{
    public const int Rows = 64;

    private const int Stride = 16;

    /// <summary>A batch of which class 0 is true; the slots' rows are chosen by <paramref name="choose"/>.</summary>
    public static RoutedBatch Of(long number, Roster roster, int k = 0, Func<int, int[]>? choose = null)
    {
        var chosen = Enumerable.Range(0, Rows).SelectMany(row => choose?.Invoke(row) ?? []).ToArray();
        var rowsOf = Enumerable.Range(0, roster.Routed.Count).Select(slot => Enumerable.Range(0, Rows)
            .Where(row => chosen.AsSpan(row * k, k).Contains(slot)).ToArray()).ToArray();
        var features = new FeatureBatch
        {
            Number = number,
            Rows = Rows,
            Numeric = 0,
            Categorical = 0,
            Z = [],
            Rank = [],
            Category = [],
            GateFeatures = [],
            GateFeatureCount = 0,
        };
        var shape = new AnswerShape([.. Enumerable.Repeat(2, Rows)], Stride);
        return new RoutedBatch(
            new TrainingBatch(features, new Labels(new int[Rows], shape)),
            new RowRouting(roster, k, chosen) { RowsOf = [.. rowsOf.Select(rows => rows.Length == 0 ? null : rows)] }, 0);
    }

    /// <summary>An answer to each row that gives class 0 a probability.</summary>
    public static float[] Saying(Func<int, float> ofTruth)
    {
        var answers = new float[Rows * Stride];
        for (var row = 0; row < Rows; row++)
            (answers[row * Stride], answers[(row * Stride) + 1]) =
                (MathF.Log(ofTruth(row)), MathF.Log(1 - ofTruth(row)));
        return answers;
    }
}
