using MoE.Compute.Encoding;
using MoE.Compute.Rosters;

namespace MoE.Compute.Tests.Growth;

/// <summary>Batches of two classes for pools of any experts that answer what a test wants them to.</summary>
internal static class AnsweredBatch
{
    public const int Rows = 64;

    private const int Stride = 16;

    /// <summary>A batch of which class 0 is true; the slots' rows are chosen by <paramref name="choose"/>.</summary>
    public static EncodedBatch Of(long number, Roster roster, int k = 0, Func<int, int[]>? choose = null)
    {
        var chosen = Enumerable.Range(0, Rows).SelectMany(row => choose?.Invoke(row) ?? []).ToArray();
        var rowsOf = Enumerable.Range(0, roster.Routed.Count).Select(slot => Enumerable.Range(0, Rows)
            .Where(row => chosen.AsSpan(row * k, k).Contains(slot)).ToArray()).ToArray();
        return new EncodedBatch
        {
            Number = number,
            Rows = Rows,
            Numeric = 0,
            Categorical = 0,
            Z = [],
            Rank = [],
            Category = [],
            Phi = [],
            PhiStride = 0,
            Targets = new int[Rows],
            Known = [.. Enumerable.Repeat(2, Rows)],
            ClassStride = Stride,
            Refused = 0,
            Roster = roster,
            K = k,
            Chosen = chosen,
            RowsOf = [.. rowsOf.Select(rows => rows.Length == 0 ? null : rows)],
        };
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
