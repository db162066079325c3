using MoE.Compute.Numerics;

namespace MoE.Compute.Encoding;

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
