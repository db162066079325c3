using MoE.Compute.Numerics;

namespace MoE.Compute.Encoding;

/// <summary>
/// The features of a batch as experts, mixers and devices read them. B rows, N numeric and M categorical features,
/// P gate features. All matrices are row-major; shared by reference between experts, so it must not change after the
/// encoder filled it.
/// </summary>
public sealed class FeatureBatch
{
    /// <summary>The batch's number: 1, 2, 3, ...</summary>
    public required long Number { get; init; }

    /// <summary>Number of rows, B.</summary>
    public required int Rows { get; init; }

    /// <summary>Number of numeric features, N.</summary>
    public required int Numeric { get; init; }

    /// <summary>Number of categorical features, M.</summary>
    public required int Categorical { get; init; }

    /// <summary>Running z-scores (B, N), clipped to [-4, 4]; 0 if the cell is missing.</summary>
    public required float[] Z { get; init; }

    /// <summary>Ranks (B, N) in [0, 1) among the column's recent values; NaN if the cell is missing.</summary>
    public required float[] Rank { get; init; }

    /// <summary>
    /// Category indices (B, M); -1 for one that the model has not met, in rows that are only predicted.
    /// </summary>
    public required int[] Category { get; init; }

    /// <summary>Gate features φ (B, P): 1, then z-scores times 0.5, zero-padded; P is a multiple of 16.</summary>
    public required float[] GateFeatures { get; init; }

    /// <summary>Number of gate features, P.</summary>
    public required int GateFeatureCount { get; init; }

    /// <summary>Names met up to the end of the batch, those of all categorical features together.</summary>
    public int Names { get; init; }

    /// <summary>A row's gate features φ (P).</summary>
    public ReadOnlySpan<float> GateFeaturesOf(int row) =>
        GateFeatures.AsSpan(row * GateFeatureCount, GateFeatureCount);
}

/// <summary>What answers to the rows of a batch look like: log-probabilities of classes.</summary>
/// <param name="KnownClasses">
/// Classes known before each row (B or more): an answer's entries beyond them are unspecified.
/// </param>
/// <param name="Stride">Length of one head's answer to one row: classes rounded up to a multiple of 16.</param>
public sealed record AnswerShape(int[] KnownClasses, int Stride);

/// <summary>The targets of a batch's rows, and the shape of the answers to them.</summary>
/// <param name="Targets">Classes (B); one that is equal to the classes known before its row is a new one.</param>
/// <param name="Answers">The shape of the answers.</param>
public sealed record Labels(int[] Targets, AnswerShape Answers)
{
    /// <summary>Classes known before each row (B).</summary>
    public int[] KnownClasses => Answers.KnownClasses;

    /// <summary>Length of one head's answer to one row.</summary>
    public int Stride => Answers.Stride;

    /// <summary>The labels of rows by their classes.</summary>
    /// <param name="targets">Classes (B), numbered in the order in which they were met.</param>
    /// <param name="known">Number of classes known before the first row.</param>
    /// <param name="classes">Number of classes known after the last row.</param>
    internal static Labels Of(int[] targets, int known, int classes)
    {
        var before = new int[targets.Length];
        for (var row = 0; row < targets.Length; row++)
        {
            before[row] = known;
            known = Math.Max(known, targets[row] + 1);
        }
        return new Labels(targets, new AnswerShape(before, ClassVectors.Stride(classes)));
    }
}

/// <summary>A batch as experts are given it: predict each row, then learn it.</summary>
/// <param name="Features">What the rows are predicted from.</param>
/// <param name="Labels">What is learned from them.</param>
public sealed record TrainingBatch(FeatureBatch Features, Labels Labels)
{
    /// <summary>The batch's number: 1, 2, 3, ...</summary>
    public long Number => Features.Number;

    /// <summary>Number of rows, B.</summary>
    public int Rows => Features.Rows;
}
